# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of ansible.builtin.uri in tasks of authkit.oauth.api: what replaces those it lacks, and use_proxy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...module_utils._errors import InvalidOption
from ...module_utils._words import quoted

MODULE = "authkit.oauth.api"
_FILE = "set it with ansible.builtin.file after this task."
_BASIC = "the token authenticates the call: leave it out, and set client_id and client_secret."
#: What to write instead. The guide has a table of all options.
INSTEAD = {
    "unix_socket": "have the server listen on a port of 127.0.0.1, and set url to it.",
    "url_username": _BASIC,
    "user": _BASIC,
    "url_password": _BASIC,
    "force_basic_auth": _BASIC,
    "use_gssapi": _BASIC,
    "use_netrc": "no netrc file is read: leave it out.",
    "ciphers": "leave it out, and set the ciphers in the OpenSSL configuration of the machine that makes the call.",
    "decompress": "responses are always decompressed: leave it out.",
    "remote_src": "src is always on the machine that makes the call: leave it out, or add delegate_to: localhost.",
    "unredirected_headers": "another origin never gets the task's own headers: leave it out.",
    "owner": _FILE,
    "group": _FILE,
    "attributes": _FILE,
    "attr": _FILE,
    "seuser": _FILE,
    "serole": _FILE,
    "setype": _FILE,
    "selevel": _FILE,
    "unsafe_writes": "files are always replaced in one step: leave it out.",
}


def of_uri_only(module: str, unknown: Iterable[str]) -> str | None:
    """The sentence about the first of these names that only ansible.builtin.uri has; None if there is none."""
    for name in unknown if module == MODULE else ():
        if name in INSTEAD:
            return f"{quoted(name)} is an option of ansible.builtin.uri and not of {module}: {INSTEAD[name]}"
    return None


def with_use_proxy(own: Mapping[str, Any]) -> Mapping[str, Any]:
    """A task's arguments with proxy: none for use_proxy: false.

    :raises InvalidOption: the task sets a proxy as well.
    """
    if own.get("use_proxy", True):
        return own
    if own.get("proxy") not in (None, "", "none"):
        raise InvalidOption("use_proxy: false and proxy are both set: keep one of them.")
    return {**own, "proxy": "none"}
