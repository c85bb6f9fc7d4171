# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which names an API may give to hosts: what Ansible, its patterns and files of variables take for one host's name."""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata

from ansible import constants

from ...module_utils._words import quoted

#: Of a name in DNS.
LONGEST = 253
#: Labels of letters, digits, hyphens and underscores. No pattern, range, path or option begins with one.
_NAME = re.compile(r"\w(?:[\w-]*\w)?(?:\.\w(?:[\w-]*\w)?)*")
#: Ansible's own groups. A host of such a name would share its files of variables.
GROUPS = ("all", "ungrouped")
#: Other names of the controller.
_HERE = re.compile(r"(?:.+\.)?localhost|localhost\d?(?:\.localdomain\d?)?|ip6-(?:localhost|loopback)")
#: The older ways to write an IPv4 address, such as 127.1 and 0x7f000001.
_OLD_ADDRESS = re.compile(r"[\da-fx.]+", re.ASCII)


def reason_against(name: object) -> str | None:
    """Why this cannot be a host's name, as the predicate of a sentence; None if it can be."""
    if not isinstance(name, str):
        return "gives no text as its name"
    if not name:
        return "gives an empty name"
    if len(name) > LONGEST:
        return f"gives a name of more than {LONGEST} characters"
    address = _address(name)
    # As Python's resolver reads it.
    folded = unicodedata.normalize("NFKC", name).lower().rstrip(".")
    if folded in constants.LOCALHOST or _HERE.fullmatch(folded) or _is_here(_address(folded) or _old_address(folded)):
        return f"gives the name {quoted(name)}, which is the controller"
    if folded in GROUPS:
        return f"gives the name {quoted(name)}, which is a group of Ansible's own"
    if address is None and not _NAME.fullmatch(name):
        return f"gives the name {quoted(name)}, which is not a valid host name"
    return None


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name) if "%" not in name else None
    except ValueError:
        return None


def _is_here(address: ipaddress.IPv4Address | ipaddress.IPv6Address | None) -> bool:
    mapped = getattr(address, "ipv4_mapped", None) or address
    return mapped is not None and (mapped.is_loopback or mapped.is_unspecified)


def _old_address(text: str) -> ipaddress.IPv4Address | None:
    """The address that the system's resolver makes of such a text; None if it looks for a host of this name."""
    try:
        return ipaddress.IPv4Address(socket.inet_aton(text)) if _OLD_ADDRESS.fullmatch(text) else None
    except OSError:
        return None
