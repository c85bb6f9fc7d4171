# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Has the server revoke a token, and drops it from the token store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...module_utils._options.client import ClientOptions
from .._revoking import revoke_all, tokens_of
from .._store.entry import Entry
from .._store.held import forget, held
from .._store.store import FileStore, open_store, store_key


def revoked(token: str | None, options: ClientOptions, warn: Callable[[str], None], *, check_mode: bool) -> Any:
    """The result of the task.

    :param token: the token that the task gives; None for that of the connection, if the store has one.
    :raises AuthkitError: the token is not revoked. It then stays in the store.
    """
    store, key = open_store(options.cache, warn), store_key(options)
    entry = held(store, key) if isinstance(store, FileStore) else Entry()
    kept = entry.token is not None or entry.refresh is not None
    own = kept and (token is None or token in tokens_of(entry))
    if token is None and not kept:
        return {"changed": False, "revoked": False, "forgotten": False, "msg": "The store has no token of this client."}
    if not check_mode:
        if own and isinstance(store, FileStore):
            own = forget(store, key, lambda found: revoke_all(tokens_of(found), options, warn))
        if token is not None and token not in tokens_of(entry):
            revoke_all({token: "access_token"}, options, warn)
    elsewhere = " The store keeps it no longer." if own else ""
    return {"changed": True, "revoked": True, "forgotten": own, "msg": f"The token is revoked.{elsewhere}"}
