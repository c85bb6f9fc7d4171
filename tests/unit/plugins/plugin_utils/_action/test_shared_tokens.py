# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The token that threads share."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.authkit.oauth.plugins.module_utils._oauth.token import Token
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.repair import Tokens
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.shared_tokens import shared


class Issuer:
    """Issues t1, t2, ... with this lifetime in seconds."""

    def __init__(self, life: float = 300.0) -> None:
        self.life, self.asked = life, list[object]()
        self.given: dict[str, Token] = {}

    def fresh(self, rejected: str | None) -> str:
        self.asked.append(rejected)
        time.sleep(0.02)
        name, now = f"t{len(self.asked)}", time.time()
        self.given[name] = Token(name, "Bearer", None, now, now + self.life)
        return name

    @property
    def shared(self) -> Tokens:
        return shared(Tokens(self.fresh), self.given, None)


def test_it_is_asked_for_once() -> None:
    issuer = Issuer()
    tokens = issuer.shared
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(tokens.fresh, [None] * 50)) == {"t1"}
    assert issuer.asked == [None]


def test_it_is_replaced_once_after_a_rejection() -> None:
    issuer = Issuer()
    tokens = issuer.shared
    tokens.fresh(None)
    together = threading.Barrier(8)

    def rejected(_number: int) -> str:
        together.wait()
        return tokens.fresh("t1")

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(rejected, range(8))) == {"t2"}
    assert issuer.asked == [None, "t1"]
    assert tokens.fresh(None) == "t2"


def test_one_that_is_about_to_end_is_asked_for_again() -> None:
    issuer = Issuer(life=-1.0)
    tokens = issuer.shared
    assert [tokens.fresh(None), tokens.fresh(None)] == ["t1", "t2"]
