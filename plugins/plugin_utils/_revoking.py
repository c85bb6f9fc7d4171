# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Has the server revoke the tokens of a client (RFC 7009)."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from ..module_utils._errors import RevocationFailed
from ..module_utils._oauth.token_services import revoke
from ._documents import Documents
from ._fetching import transport_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..module_utils._options.client import ClientOptions
    from ._store.entry import Entry


def tokens_of(entry: Entry) -> dict[str, str]:
    """The tokens of an entry and what they are: the refresh token first, which would get another access token."""
    refresh = {} if entry.refresh is None else {entry.refresh.value: "refresh_token"}
    return refresh if entry.token is None else {**refresh, entry.token.access_token: "access_token"}


def revoke_all(tokens: Mapping[str, str], options: ClientOptions, warn: Callable[[str], None]) -> None:
    """Revokes tokens, each with its kind.

    :raises AuthkitError: one of them is not revoked, nor are those after it.
    """
    with closing(transport_for(options.transport_settings, warn)) as transport:
        metadata = Documents(options, transport, warn).issuer()
        if metadata is None:
            raise RevocationFailed(
                "token_url does not say where its tokens are revoked: set issuer instead, or auth_server and realm."
            )
        for token, kind in tokens.items():
            revoke(token, kind, options, metadata, transport)
