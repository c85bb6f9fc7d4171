# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No encoding of a secret remains in a result, and nothing else of it is changed."""

from __future__ import annotations

import base64
import json
import time
from base64 import b64encode
from random import Random
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils import _masking
from ansible_collections.authkit.oauth.plugins.module_utils._maskable import could_be_words
from ansible_collections.authkit.oauth.plugins.module_utils._masking import MASK, Masker, without_secrets

SECRET = 's+e c%r:e/t&="é~\\<'
TOKEN = "eyJhbGciOiJSUzI1NiJ9." + b64encode(Random(7).randbytes(300), b"-_").decode()


def test_values_are_masked_wherever_they_stand() -> None:
    result = {"a": SECRET, "b": [f"x{SECRET}y"], "c": {"d": {"k": (SECRET, 1)}}, "n": None, "t": True, "i": 7}
    assert without_secrets(result, [SECRET]) == {
        "a": MASK,
        "b": [f"x{MASK}y"],
        "c": {"d": {"k": (MASK, 1)}},
        "n": None,
        "t": True,
        "i": 7,
    }


@pytest.mark.parametrize("secret", [SECRET, "user", "username-and-more", TOKEN])
def test_keys_are_never_rewritten(secret: str) -> None:
    result = {secret: 1, "json": {secret: secret, f"{secret}name": {f"x{secret}": [secret]}}}
    assert without_secrets(result, [secret]) == {
        secret: 1,
        "json": {secret: MASK, f"{secret}name": {f"x{secret}": [MASK]}},
    }


@pytest.mark.parametrize("credentials", [f"Bearer {TOKEN}", f"Basic {TOKEN}", f"app:{TOKEN}", TOKEN])
def test_the_base64_of_a_token_and_of_its_header(credentials: str) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        shown = Masker([TOKEN]).value(f"sent {encode(credentials.encode()).decode()}.")
        assert MASK in shown
        assert len(shown) < 40


def test_numbers() -> None:
    result = {"status": 90210, "elapsed": 90210.0, "json": {"pin": 90210, "other": 17, "yes": True, "long": 1234567890}}
    assert without_secrets(result, ["90210", "1234567890", "1", "True"]) == {
        "status": 90210,
        "elapsed": 90210.0,
        "json": {"pin": MASK, "other": 17, "yes": True, "long": MASK},
    }


@pytest.mark.parametrize(("answer", "shown"), [(1234567890, MASK), (12345.5, 12345.5), (7, 7), (True, True)])
def test_a_whole_answer_that_is_a_number(answer: object, shown: object) -> None:
    result = {"json": answer, "status": 1234567890, "changed": True}
    assert without_secrets(result, ["1234567890"]) == {**result, "json": shown}


def test_a_result_without_secrets_is_left_alone() -> None:
    result = {"a": {"b": ["c", 1.5, None]}}
    for known in (["something else"], [], [""], ["s-e-c-r-e-t"]):
        assert without_secrets(result, known) is result


# ---- short secrets


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("user", MASK),
        (" user\n", MASK),
        ("grant_type=x&client_secret=user", f"grant_type=x&client_secret={MASK}"),
        ("client_secret=user&a=user2", f"client_secret={MASK}&a=user2"),
        ("https://x.test/user/username?u=user&v=w", f"https://x.test/user/username?u={MASK}&v=w"),
        ("a%3Duser%26b", f"a%3D{MASK}%26b"),
        (
            '{"user": "user", "username": ["user"], "x":"a user"}',
            f'{{"user": "{MASK}", "username": ["{MASK}"], "x":"a user"}}',
        ),
        ('{\\"user\\": \\"user\\"}', f'{{\\"user\\": \\"{MASK}\\"}}'),
        ("<input value='user'>", f"<input value='{MASK}'>"),
        ("Authorization: Bearer user", f"Authorization: Bearer {MASK}"),
        ("basic  user, x", f"basic  {MASK}, x"),
        ("dXNlcg== of a user", "dXNlcg== of a user"),
        ("The user's username is not user.", "The user's username is not user."),
        ("https://user.test/users/user#user", "https://user.test/users/user#user"),
        ("username", "username"),
        ("superuser=1", "superuser=1"),
    ],
)
def test_a_short_secret_is_masked_only_where_it_is_a_whole_value(text: str, shown: str) -> None:
    assert Masker(["user"]).value(text) == shown
    assert without_secrets({"json": {"user": text}}, ["user"]) == {"json": {"user": shown}}


def test_the_spellings_of_a_short_secret() -> None:
    masker = Masker(["a/b+c"])
    assert masker.value("x=a%2fb%2Bc&y") == f"x={MASK}&y"
    assert masker.value('{"x": "a\\/b\\u002bc"}') == f'{{"x": "{MASK}"}}'
    assert masker.value("a&#47;b&#43;c") == MASK


# ---- our own sentences, and those of others


@pytest.mark.parametrize("secret", ["wrong", "realm", "certificate", "the wrong realm", "client_secret", "is wrong in"])
def test_our_own_words_are_never_masked(secret: str) -> None:
    sentence = (
        "The client_secret of 'app' is wrong in the wrong realm 'shop', so its server's certificate is not looked at."
    )
    assert Masker([secret]).sentence(sentence) == sentence
    result = {"msg": sentence, "warnings": [sentence], "failures": [sentence], "failed": True}
    assert without_secrets(result, [secret]) == result


@pytest.mark.parametrize(
    ("secret", "sentence", "shown"),
    [
        (
            "of-the-play",
            "There is no profile 'of-the-play': it's of-the-play.",
            "There is no profile '********': it's of-the-play.",
        ),
        ("of-the-play", "'x/of-the-play' is no host.", "'x/********' is no host."),
        ("of-the-play", "It is http://x.test/a/of-the-play, where", "It is http://x.test/a/********, where"),
        ("user", "There is no realm 'user' for a user, 'users'.", "There is no realm '********' for a user, 'users'."),
        ("user", "GET https://x.test/user/a was answered.", "GET https://x.test/user/a was answered."),
        (SECRET, f"Wherever {SECRET} stands.", "Wherever ******** stands."),
        ("S3cr3t-of-mine", "POST S3cr3t-of-mine, known are S3cr3t-of-mine.", "POST ********, known are ********."),
        (TOKEN, f"There is no profile '{TOKEN[:200]}…' here.", "There is no profile '********…' here."),
        (TOKEN, f"It is https://x.test/{TOKEN[:90]} and more.", "It is https://x.test/******** and more."),
    ],
)
def test_what_our_sentences_quote_is_masked(secret: str, sentence: str, shown: str) -> None:
    assert Masker([secret]).sentence(sentence) == shown


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("value of a must be one of: b, user, got: user", "value of a must be one of: b, user, got: ********"),
        (
            "Unsupported parameters for (m) module: user. Supported",
            "Unsupported parameters for (m) module: ********. Supported",
        ),
        ("could not convert string to float: 'user'", "could not convert string to float: '********'"),
        ("The value 'user' is no boolean for users", "The value '********' is no boolean for users"),
    ],
)
def test_ansibles_own_sentences_quote_without_quotes(sentence: str, shown: str) -> None:
    assert Masker(["user"]).foreign_words(sentence) == shown
    assert Masker(["certificate"]).foreign_words("It got a certificate") == "It got a ********"


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        ("password", True),
        ("of-the-variables", True),
        ("client_secret", True),
        ("PROD", True),
        ("Summer2026", False),
        ("qXvTbLmNpR", False),
        (TOKEN, False),
        ("3f9a-77c1", False),
    ],
)
def test_what_looks_like_words(secret: str, words: bool) -> None:
    assert could_be_words(secret) is words


@pytest.mark.parametrize("words", ["user", "correct horse battery", "Don't, or: else...", "A.B", "TOP SECRET", "---"])
def test_words_are_words(words: str) -> None:
    assert could_be_words(words)


@pytest.mark.parametrize("secret", ["." * 50 + "0", "-" * 59 + "1", "a-" * 28 + "0", "Ab" * 28 + "0", "A_" * 28 + "0"])
def test_whether_a_secret_looks_like_words_is_told_at_once(secret: str) -> None:
    started = time.perf_counter()
    assert not could_be_words(secret)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("secret", ["Passw0rd\\xyz!9", "line1secret\nline2secret", "s3cretvalue12\n", "C:\\\\share99"])
def test_escapes_of_json_are_masked(secret: str) -> None:
    once = json.dumps({"p": secret})
    assert Masker([secret]).value(once) == f'{{"p": "{MASK}"}}'
    assert Masker([secret]).value(json.dumps(once)) == f'"{{\\"p\\": \\"{MASK}\\"}}"'


def test_a_masker_tells_no_secret() -> None:
    assert SECRET not in repr(Masker([SECRET]))


# ---- cost


def test_a_large_answer_is_masked_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """20 MB without a secret are looked through, and not walked."""
    rows: list[dict[str, Any]] = [{"name": f"name {i}", "login": f"login{i}", "n": i} for i in range(200_000)]
    result = {"json": rows, "content": json.dumps(rows)}
    monkeypatch.setattr(_masking, "_walked", None)
    started = time.perf_counter()
    assert without_secrets(result, [TOKEN, "user", "correct-horse-battery-staple", SECRET]) is result
    assert time.perf_counter() - started < 20  # 0.5 s on a quiet machine
