# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The claims of a token, as a template gets them."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleError

from ansible_collections.authkit.oauth.plugins.filter.unverified_claims import FilterModule
from ansible_collections.authkit.oauth.tests.unit.support.actions import play

claims_of = FilterModule().filters()["unverified_claims"]


def jwt_of(claims: Any) -> str:
    parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + ".c2lnbmF0dXJl"


def test_the_claims_of_any_jwt_are_shown() -> None:
    assert claims_of(jwt_of({"sub": "ada", "n": [1, {"a": None}]})) == {"sub": "ada", "n": [1, {"a": None}]}
    assert claims_of(jwt_of({"sub": "ada"}) + "\n") == {"sub": "ada"}


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("opaque-s3cret", "takes a JWT, and this is none"),
        ("a.b.s3cret", "takes a JWT, and this is none"),
        (jwt_of(["s3cret"]), "takes a JWT, and this is none"),
        (jwt_of({"s3cret": "x" * 50000}), "at most 64 KiB"),
        (12, "takes a token as text"),
        (None, "takes a token as text"),
    ],
)
def test_what_is_none_is_told_in_one_sentence(token: object, words: str) -> None:
    with pytest.raises(AnsibleError) as caught:
        claims_of(token)
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_claims_nested_too_deeply_are_refused() -> None:
    deep: Any = {}
    for _level in range(200):
        deep = {"a": deep}
    with pytest.raises(AnsibleError, match="this is none"):
        claims_of(jwt_of(deep))


def test_an_expression_in_a_claim_is_not_evaluated(tmp_path: Path) -> None:
    """Older cores evaluate what a fact or variable holds."""
    token = jwt_of({"sub": "{{ lookup('ansible.builtin.pipe', 'echo pw''ned') }}"})
    tasks = [
        {"ansible.builtin.set_fact": {"claims": "{{ token | authkit.oauth.unverified_claims }}"}},
        {"ansible.builtin.debug": {"msg": "sub is {{ claims.sub }} or {{ late.sub }}"}},
    ]
    shown = play(tmp_path / "p", tasks, {"token": token, "late": "{{ token | authkit.oauth.unverified_claims }}"})
    assert "failed=0" in shown, shown
    assert "sub is {{" in shown
    assert "pwned" not in shown
