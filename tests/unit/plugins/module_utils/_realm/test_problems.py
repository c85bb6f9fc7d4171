# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Problems with options are said together."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption, MissingOption
from ansible_collections.authkit.oauth.plugins.module_utils._realm.problems import Problems


def test_no_problem_is_no_error() -> None:
    problems = Problems()
    with problems.noted():
        pass
    problems.refuse()


def test_one_problem_stays_as_it_is() -> None:
    problems, error = Problems(), MissingOption("A is not set: set it.")
    with problems.noted():
        raise error
    with pytest.raises(MissingOption) as caught:
        problems.refuse()
    assert caught.value is error


def test_several_are_said_once_each_in_order() -> None:
    problems = Problems()
    for error in (InvalidOption("A is wrong."), MissingOption("B is not set."), InvalidOption("A is wrong.")):
        with problems.noted():
            raise error
    with pytest.raises(InvalidOption) as caught:
        problems.refuse()
    assert caught.value.message == "A is wrong. B is not set."


def test_another_exception_is_no_problem_with_options() -> None:
    problems = Problems()
    with pytest.raises(KeyError), problems.noted():
        raise KeyError
    assert problems.found == []
