# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which names an API may give to hosts: what Ansible, its patterns and files of variables take for one host's name."""

from __future__ import annotations

import ipaddress
import re

from ansible import constants

from ...module_utils._words import quoted

#: Of a name in DNS.
LONGEST = 253
#: Labels of letters, digits, hyphens and underscores. No pattern, range, path or option begins with one.
_NAME = re.compile(r"\w(?:[\w-]*\w)?(?:\.\w(?:[\w-]*\w)?)*")
#: Ansible's own groups. A host of such a name would share its files of variables.
_GROUPS = ("all", "ungrouped")


def reason_against(name: object) -> str | None:
    """Why this cannot be a host's name, as the predicate of a sentence; None if it can be."""
    if not isinstance(name, str):
        return "gives no text as its name"
    if not name:
        return "gives an empty name"
    if len(name) > LONGEST:
        return f"gives a name of more than {LONGEST} characters"
    address = _address(name)
    if name.lower().rstrip(".") in (*constants.LOCALHOST, "localhost.localdomain") or (address and _is_here(address)):
        return f"gives the name {quoted(name)}, which is the controller"
    if name.lower() in _GROUPS:
        return f"gives the name {quoted(name)}, which is a group of Ansible's own"
    if address is None and not _NAME.fullmatch(name):
        return f"gives the name {quoted(name)}, which is not a valid host name"
    return None


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name) if "%" not in name else None
    except ValueError:
        return None


def _is_here(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None) or address
    return mapped.is_loopback or mapped.is_unspecified
