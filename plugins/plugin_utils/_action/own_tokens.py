# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tokens of one client, for calls that replace a rejected one."""

from __future__ import annotations

import time
from collections.abc import Callable

from ...module_utils._errors import TokenRejected
from ...module_utils._oauth.token import Token
from ...module_utils._options.client import ClientOptions
from .._tokens import token_for
from .repair import Tokens

#: Servers count whole seconds, so a token may expire this many seconds early.
ROUNDING = 1.0
#: The share of its lifetime for which a token must still be valid if it replaces one that expired before it arrived.
#: The store grants at most half.
LEFT = 0.49


def own_tokens(
    options: ClientOptions, warn: Callable[[str], None], hide: Callable[[str], None], given: dict[str, Token]
) -> Tokens:
    """The tokens of a client; each that it gets is hidden, and added to ``given``."""

    def fresh(rejected: str | None) -> str:
        asked = options
        if rejected is not None and ended(rejected):
            old = given[rejected]
            least = LEFT * (old.expires_at - old.issued_at)
            asked = options.replaced(min_valid=max(options.min_valid or 0.0, least))
        token = token_for(asked, rejected=rejected, warn=warn)
        hide(token.access_token)
        given[token.access_token] = token
        return token.access_token

    def ended(token: str, ago: float = 0.0) -> bool:
        return time.time() - ago >= given[token].expires_at - ROUNDING

    return Tokens(fresh, options.sources(TokenRejected), ended)
