# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands among variables where a value must not be used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

# Python looks these up in the class, past __getattribute__.
_METHODS = (
    *("str", "repr", "format", "bytes", "hash", "bool", "int", "float", "complex", "index"),
    *("len", "iter", "next", "contains", "getitem", "setitem", "delitem", "reversed", "call", "enter", "exit"),
    *("eq", "ne", "lt", "le", "gt", "ge", "neg", "pos", "abs", "invert"),
    *("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow", "and", "or", "xor"),
    *("radd", "rsub", "rmul", "rmatmul", "rtruediv", "rfloordiv", "rmod", "rdivmod", "rpow", "rand", "ror", "rxor"),
)


class Refused:
    """A value that cannot be used: whatever is done with it calls tell(), which raises.

    Templates, filters and lookups look at a value's class before all else, and that tells, too. A copy is the same.
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
    """Whether this is such a value; isinstance() would use it."""
    return issubclass(type(value), Refused)


def _refuse(value: Refused, *_given: object, **_named: object) -> NoReturn:
    tell: Callable[[], NoReturn] = object.__getattribute__(value, "_tell")
    tell()


for _method in _METHODS:
    setattr(Refused, f"__{_method}__", _refuse)


class Hiding(dict[str, Any]):
    """Variables inside of a variable: refused ones are not among the keys, and can be asked for by name alone.

    Before ansible-core 2.19 every value in such a variable is looked at, whichever is asked for. Later ones do not take
    a dictionary's subclass, and look at nothing.
    """

    def keys(self) -> Any:
        return {name: None for name, value in super().items() if not is_refused(value)}.keys()
