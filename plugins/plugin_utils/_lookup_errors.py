# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors of the token lookup, each as one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..module_utils._api.results import bug
from ..module_utils._errors import AuthkitError, InvalidOption
from ..module_utils._options.spec import CONNECTION_SPEC
from ._action.arguments import known_secrets, secret_arguments
from ._secrets import masked
from ._templating import evaluated


def error_message(error: Exception, arguments: Mapping[str, object], variables: Mapping[str, Any], templar: Any) -> str:
    """The sentence for an error, with secrets masked: it may quote one that was set under the wrong name."""
    try:
        if isinstance(error, AuthkitError):
            return _masked(error, arguments, variables, templar)
    except Exception as another:
        error = another
    return str(bug(error)["msg"])


def wrong_output(outputs: tuple[str, ...]) -> InvalidOption:
    """The error for an unknown output."""
    return InvalidOption(f"output must be {', '.join(outputs[:-1])} or {outputs[-1]}.")


def proof_needed() -> InvalidOption:
    """The error for a template that asks for a token which is useless without its key."""
    return InvalidOption(
        "A token with dpop: true is useless in a template, because each request needs a proof made with the token's "
        "key: call the API with authkit.oauth.api, or set output: token to read what the token says."
    )


def _masked(error: AuthkitError, arguments: Mapping[str, object], variables: Mapping[str, Any], templar: Any) -> str:
    given = {name: _known(value) for name, value in arguments.items()}
    secrets = [*secret_arguments(CONNECTION_SPEC, given), *known_secrets(CONNECTION_SPEC, variables, templar)]
    return masked(error.message, secrets)


def _known(value: object) -> object:
    try:
        return evaluated(value, "It")
    except AuthkitError:  # it has no value, so there is nothing to hide
        return None
