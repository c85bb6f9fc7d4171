# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A placeholder among variables for a value that must not be used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

#: Special methods, which Python looks up in the class without __getattribute__.
_METHODS = (
    *("str", "repr", "format", "bytes", "hash", "bool", "int", "float", "complex", "index"),
    *("len", "iter", "next", "contains", "getitem", "setitem", "delitem", "reversed", "call", "enter", "exit"),
    *("eq", "ne", "lt", "le", "gt", "ge", "neg", "pos", "abs", "invert"),
    *("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow", "and", "or", "xor"),
    *("radd", "rsub", "rmul", "rmatmul", "rtruediv", "rfloordiv", "rmod", "rdivmod", "rpow", "rand", "ror", "rxor"),
)


class Refused:
    """A value that cannot be used: every operation on it calls tell(), which raises.

    Templates, filters and lookups first read a value's __class__, and that raises, too. A copy is the same object.
    """

    __slots__ = ("_tell",)

    def __init__(self, tell: Callable[[], NoReturn]) -> None:
        object.__setattr__(self, "_tell", tell)

    def __getattribute__(self, name: str) -> Any:
        if name == "__deepcopy__":
            return lambda _memo: self
        return _refuse(self)

    def __copy__(self) -> Refused:
        return self


def is_refused(value: object) -> bool:
    """Whether this is a refused value. isinstance() would use it, and so raise."""
    return issubclass(type(value), Refused)


def _refuse(value: Refused, *_given: object, **_named: object) -> NoReturn:
    tell: Callable[[], NoReturn] = object.__getattribute__(value, "_tell")
    tell()


for _method in _METHODS:
    setattr(Refused, f"__{_method}__", _refuse)


class Hiding(dict[str, Any]):
    """Variables inside a variable. keys() omits the refused ones, which can only be reached by name.

    Before ansible-core 2.19 Ansible visits every value in such a variable, whichever is used. Later versions do not
    accept a subclass of dict, and do not visit the values.
    """

    def keys(self) -> Any:
        return {name: None for name, value in super().items() if not is_refused(value)}.keys()
