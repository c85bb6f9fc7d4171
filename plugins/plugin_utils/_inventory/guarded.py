# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps what an API names apart from what an operator has: no host is taken for a group, and no group for another."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ansible import constants

from ...module_utils._words import quoted
from .names import GROUPS

#: These become an argument of ssh, which takes one that begins with a hyphen for an option.
_ADDRESSES = ("ansible_host", "ansible_ssh_host")


class Guarded:
    """Ansible's inventory, as its functions for constructed groups see it. What it refuses costs a host nothing else.

    Ansible looks for a group first wherever it is given the name of a host or a group.

    :param names: the hosts that the source adds. None of them is a group of the inventory.
    """

    def __init__(self, inventory: Any, names: Collection[str]) -> None:
        self._inventory, self._names = inventory, frozenset(names)
        self._faults: list[str] = []
        self._refused: set[Any] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inventory, name)

    def faults(self) -> list[str]:
        """What was refused since the last call, and what to do about it."""
        found, self._faults, self._refused = list(dict.fromkeys(self._faults)), [], set()
        return found

    def add_group(self, group: Any) -> Any:
        """Adds a group, unless a host has this name."""
        inventory = self._inventory
        of_host = group in self._names or group in inventory.hosts or group in constants.LOCALHOST
        if of_host and group not in inventory.groups:
            self._refuse(group, f"the group {quoted(group)} would have the name of a host: set prefix in keyed_groups")
            return group
        return inventory.add_group(group)

    def add_host(self, host: str, group: Any = None) -> Any:
        """Adds a host, to a keyed group unless that is one of Ansible's own, whose members are other hosts."""
        if group in GROUPS:
            self._refuse(group, f"the group {quoted(group)} is Ansible's own: set prefix in keyed_groups")
        return None if group in self._refused else self._inventory.add_host(host, group)

    def add_child(self, group: Any, child: Any) -> Any:
        """Adds a host or a group to a group, unless one of them was refused."""
        return None if self._refused & {group, child} else self._inventory.add_child(group, child)

    def set_variable(self, host: str, name: str, value: Any) -> None:
        """Sets a variable of a host, unless it is an address that ssh takes for an option."""
        if name in _ADDRESSES and isinstance(value, str) and value.startswith("-"):
            self._faults.append(f"{name} is {quoted(value)}, and no address begins with a hyphen: check compose")
            return
        self._inventory.set_variable(host, name, value)

    def _refuse(self, group: Any, fault: str) -> None:
        self._refused.add(group)
        self._faults.append(fault)


class Before:
    """What hosts were before a source adds to them."""

    def __init__(self, inventory: Any, names: Collection[str]) -> None:
        self._inventory, self._names = inventory, names
        known = {name: inventory.hosts[name] for name in names if name in inventory.hosts}
        self._known = {name: (dict(host.vars), list(host.get_groups())) for name, host in known.items()}

    def restore(self) -> None:
        """Removes the hosts that are new, and gives the others their variables and groups."""
        hosts = self._inventory.hosts
        for host in [hosts[name] for name in self._names if name in hosts]:
            if host.name not in self._known:
                self._inventory.remove_host(host)
                continue
            host.vars, groups = self._known[host.name]
            for group in [each for each in host.get_groups() if each not in groups]:
                group.remove_host(host)
