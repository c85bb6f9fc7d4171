# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One source of connection options."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


class Layer:
    """One source of options.

    :param source: 'call', 'profile', 'variables', 'environment' or 'ini'.
    :param values: option -> value, only what is set.
    :param names: option -> what a user calls the place that it comes from, such as "the call",
        "AUTHKIT_CLIENT_ID" or "the variable authkit_client_id".
    :param render: turns a raw value into a plain one on its first use: values that are never used may refer to
        undefined names.
    """

    def __init__(
        self,
        source: str,
        values: Mapping[str, object],
        names: Mapping[str, str],
        render: Callable[[str, object], object] | None = None,
    ) -> None:
        self.source, self.names, self.render = source, names, render
        self._raw = values
        self._done: dict[str, object] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def value(self, option: str) -> object:
        """The value unchanged; None if there is none."""
        if self.render is None or option not in self._raw:
            return self._raw.get(option)
        if option not in self._done:
            self._done[option] = self.render(option, self._raw[option])
        return self._done[option]

    def get(self, option: str) -> object:
        """The value, or None: null, omitted and empty text all mean that the option is not set."""
        value = self.value(option)
        return None if value == "" else value

    def picked(self, options: Sequence[str]) -> dict[str, object]:
        """Those of the options that are set here, with their values."""
        found = {option: self.get(option) for option in options}
        return {option: value for option, value in found.items() if value is not None}

    def name(self, option: str) -> str:
        """What a user calls the place of an option; for an unknown option, that of the first known one."""
        return self.names.get(option) or next(iter(self.names.values()), self.source)
