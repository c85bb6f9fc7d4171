# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps what an API names apart from what an operator has: no host is taken for a group, and no group for another."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError

from ...module_utils._words import quoted
from .names import GROUPS

#: These become an argument of ssh, which takes one that begins with a hyphen for an option.
_ADDRESSES = ("ansible_host", "ansible_ssh_host")


class Guarded:
    """Ansible's inventory, as its functions for constructed groups see it.

    Ansible looks for a group first wherever it is given the name of a host or a group.

    :param names: the hosts that the source adds. None of them is a group of the inventory.
    """

    def __init__(self, inventory: Any, names: Collection[str]) -> None:
        self._inventory, self._names = inventory, frozenset(names)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inventory, name)

    def add_group(self, group: Any) -> Any:
        """Adds a group.

        :raises AnsibleError: a host has this name.
        """
        inventory = self._inventory
        of_host = group in self._names or group in inventory.hosts or group in constants.LOCALHOST
        if of_host and group not in inventory.groups:
            raise AnsibleError(f"the group {quoted(group)} would have the name of a host: set prefix in keyed_groups.")
        return inventory.add_group(group)

    def add_host(self, host: str, group: Any = None) -> Any:
        """Adds a host to a keyed group.

        :raises AnsibleError: it is a group of Ansible's own, whose members are other hosts.
        """
        if group in GROUPS:
            raise AnsibleError(f"the group {quoted(group)} is Ansible's own: set prefix in keyed_groups.")
        return self._inventory.add_host(host, group)

    def set_variable(self, host: str, name: str, value: Any) -> None:
        """Sets a variable of a host.

        :raises AnsibleError: it is an address that ssh takes for an option.
        """
        if name in _ADDRESSES and isinstance(value, str) and value.startswith("-"):
            raise AnsibleError(f"{name} is {quoted(value)}, and no address begins with a hyphen: check compose.")
        self._inventory.set_variable(host, name, value)


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
