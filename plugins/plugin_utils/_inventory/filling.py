# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puts the API's items into the inventory: a host for each, with authkit_item and what is composed of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleError, AnsibleParserError

from ...module_utils._words import quoted
from .data import as_data
from .guarded import Before, Guarded
from .names import reason_against
from .source import Source

#: The one variable that an item becomes.
ITEM = "authkit_item"
#: How many problems a warning describes.
_SHOWN = 3


class Filling:
    """Adds hosts to the inventory of a plugin, which has Ansible's functions for constructed inventories.

    :param warn: shows a warning.
    :param words: makes Ansible's words for an error showable.
    """

    def __init__(
        self, plugin: Any, source: Source, warn: Callable[[str], None], words: Callable[[str], str] = str
    ) -> None:
        self._plugin, self._source, self._warn, self._words = plugin, source, warn, words
        self._constructed = {name: plugin.get_option(name) for name in ("compose", "groups", "keyed_groups")}
        keyed = [each for each in self._constructed["keyed_groups"] or () if isinstance(each, Mapping)]
        parents = [each.get("parent_group") for each in keyed]
        named = [str(name) for name in (*(self._constructed["groups"] or ()), *parents) if name]
        #: The groups that the file names. They need not exist yet.
        self._groups = frozenset(map(plugin._sanitize_group_name, named))

    def add(self, items: Iterable[Any]) -> None:
        """Adds the items, or none of them.

        :raises AnsibleParserError: no item is a host; with strict, an item is not, or something cannot be composed.
        """
        hosts = self._hosts(items)
        inventory = self._plugin.inventory
        before = Before(inventory, hosts)
        self._plugin.inventory = Guarded(inventory, hosts)
        try:
            self._add_all(hosts)
        except BaseException:
            before.restore()  # otherwise Ansible would go on with the hosts that came first
            raise
        finally:
            self._plugin.inventory = inventory

    def _hosts(self, items: Iterable[Any]) -> dict[str, dict[str, Any]]:
        """By name, the variables of the items that are hosts. Changes nothing."""
        hosts: dict[str, dict[str, Any]] = {}
        skipped: list[str] = []
        count = 0
        for count, item in enumerate(items, 1):
            data = {ITEM: as_data(item)}
            name, reason = self._name(data)
            if reason is None and name in hosts:
                reason = f"gives the name {quoted(name)}, which an item before it has"
            if reason is None:
                hosts[name] = data
            else:
                skipped.append(self._refused(f"item {count} {reason}"))
        if skipped and not hosts:
            raise AnsibleParserError(f"None of {count} items is a host: {skipped[0]}; check host_name.")
        self._tell(skipped, count, "items are not hosts and were skipped")
        return hosts

    def _add_all(self, hosts: Mapping[str, Mapping[str, Any]]) -> None:
        incomplete: list[str] = []
        for name, data in hosts.items():
            fault = self._add(name, data)
            if fault is not None:
                incomplete.append(self._refused(f"host {quoted(name)}: {fault}"))
        self._tell(incomplete, len(hosts), "hosts are not in all groups that the file describes")

    def _name(self, data: Mapping[str, Any]) -> tuple[str, str | None]:
        """The host's name, and why it is none."""
        try:
            name = as_data(self._plugin._compose(self._source.host_name, data))
        except Exception as error:
            return "", f"gives no name: {self._one_line(error)}"
        if isinstance(name, int) and not isinstance(name, bool):
            name = str(name)
        reason = reason_against(name)
        if reason is None and (name in self._plugin.inventory.groups or name in self._groups):
            reason = f"gives the name {quoted(name)}, which is a group"
        return ("" if reason else str.__str__(name)), reason

    def _add(self, name: str, data: Mapping[str, Any]) -> str | None:
        """Adds a host. Returns why it lacks something of what the file composes."""
        plugin, strict = self._plugin, self._source.strict
        plugin.inventory.add_host(name)
        for variable, value in data.items():
            plugin.inventory.set_variable(name, variable, value)
        try:
            plugin._set_composite_vars(self._constructed["compose"], data, name, strict=strict)
            known = {**data, **plugin.inventory.get_host(name).get_vars()}
            plugin._add_host_to_composed_groups(self._constructed["groups"], known, name, strict, False)
            plugin._add_host_to_keyed_groups(self._constructed["keyed_groups"], known, name, strict, False)
        except Exception as error:  # also Ansible's own, for names of groups that the API gave
            return "; ".join([*plugin.inventory.faults(), self._one_line(error)])
        return "; ".join(plugin.inventory.faults()) or None

    def _one_line(self, error: Exception) -> str:
        """Ansible's words for an error; of another's, its class."""
        if not isinstance(error, AnsibleError):
            return f"{type(error).__name__} in Ansible's code"
        return self._words(" ".join(str(error).split()))[:500].rstrip(". ")

    def _refused(self, problem: str) -> str:
        """The problem, which is an error if the file is strict."""
        if self._source.strict:
            raise AnsibleParserError(f"{problem[:1].upper()}{problem[1:]}; strict is true, so no item may be skipped.")
        return problem

    def _tell(self, problems: list[str], count: int, what: str) -> None:
        if problems:
            shown = "; ".join(problems[:_SHOWN]) + ("; …" if len(problems) > _SHOWN else "")
            self._warn(f"{len(problems)} of {count} {what}: {shown}.")
