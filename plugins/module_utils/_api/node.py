# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module does if its task does not run on the controller: it has one token, and no client's credentials."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from .._errors import AuthkitError, MissingOption
from .._http.model import TransportSettings
from .._masking import SENTENCES, without_secrets
from .._options.secrets import secret_values
from .._unforeseen import unforeseen

Result = dict[str, Any]


def result_on_node(
    params: Mapping[str, Any],
    work: Callable[[], Result],
    failed: Callable[[AuthkitError], Result],
    *,
    sentences: Collection[str] = SENTENCES,
    nested: Collection[str] = (),
) -> Result:
    """The result of a module's work, with the token and the proxy's password masked. Never raises.

    :param failed: makes the result for an error.
    :param sentences: the keys of the result whose values are our own sentences.
    :param nested: the keys whose values are lists of results.
    """
    secrets = [params.get("access_token") or "", *secret_values("proxy", params.get("proxy"))]
    try:
        return without_secrets(work(), secrets, sentences=sentences, nested=nested)
    except AuthkitError as error:
        return failed(error)
    except Exception as error:  # a traceback would show values, the token among them
        return failed(unforeseen(error))


def token_of(params: Mapping[str, Any], module: str) -> str:
    """The token that the controller sent. Raises MissingOption if the module was called without one."""
    token = params.get("access_token")
    if not token:
        raise MissingOption(
            f"The module {module} got no access_token: its action plugin on the controller gives it one, so call it as "
            "a task by its full name, or set access_token."
        )
    return str(token)


def transport_settings(params: Mapping[str, Any]) -> TransportSettings:
    """How to connect, from a task's parameters, with defaults for those not set."""
    names = TransportSettings.__dataclass_fields__
    return TransportSettings(**{name: params[name] for name in names if params.get(name) is not None})
