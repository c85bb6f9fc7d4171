# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A refused value: every operation on it raises."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import pytest

from ansible_collections.authkit.oauth.plugins.plugin_utils._facts.refused import Hiding, Refused


class Told(Exception):
    """What was asked of the value."""


def tell() -> NoReturn:
    raise Told


USES: list[Callable[[Any], object]] = [
    str,
    repr,
    bool,
    len,
    list,
    hash,
    int,
    json.dumps,
    lambda value: f"{value}",
    lambda value: "%s" % value,  # noqa: UP031
    lambda value: value == "x",
    lambda value: value != "x",
    lambda value: value < 1,
    lambda value: value + "x",
    lambda value: "x" + value,
    lambda value: "x" in value,
    lambda value: value["x"],
    lambda value: value.x,
    lambda value: value(),
    lambda value: ~value,
    lambda value: isinstance(value, str),
    lambda value: isinstance(value, Mapping),
    lambda value: hasattr(value, "x"),
]


@pytest.mark.parametrize("use", USES)
def test_whatever_is_done_with_it_is_told(use: Callable[[Any], object]) -> None:
    with pytest.raises(Told):
        use(Refused(tell))


def test_a_copy_is_the_same() -> None:
    value = Refused(tell)
    assert copy.copy(value) is value
    assert copy.deepcopy({"a": [value]})["a"][0] is value


def test_refused_values_are_hidden_among_others_until_they_are_asked_for() -> None:
    value = Refused(tell)
    variables = Hiding(a=1, b=value)
    assert list(variables.keys()) == ["a"]
    assert variables["b"] is value
    assert "b" in variables
