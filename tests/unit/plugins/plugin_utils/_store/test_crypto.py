# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and encryption of entries."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.plugin_utils._store.crypto import crypto_available, entry_cipher, framed

PARTS = ("https://login.example.org/token", "svc")
RANDOM = bytes(range(32))
PLAIN = b"a token that nobody shall read"


def test_what_was_sealed_comes_back() -> None:
    sealed = entry_cipher(PARTS, b"secret", RANDOM).seal(PLAIN)
    assert PLAIN not in sealed
    assert entry_cipher(PARTS, b"secret", RANDOM).unseal(sealed) == PLAIN


def test_no_two_seals_are_alike() -> None:
    cipher = entry_cipher(PARTS, b"secret", RANDOM)
    assert cipher.seal(PLAIN) != cipher.seal(PLAIN)


@pytest.mark.parametrize(
    ("parts", "secret"),
    [
        (PARTS, b"Secret"),
        ((*PARTS, ""), b"secret"),
        (PARTS[::-1], b"secret"),
        ((PARTS[0] + "s", "vc"), b"secret"),
    ],
)
def test_another_secret_or_another_part_has_another_name_and_cannot_read_it(
    parts: tuple[str, ...], secret: bytes
) -> None:
    mine, other = entry_cipher(PARTS, b"secret", RANDOM), entry_cipher(parts, secret, RANDOM)
    assert mine.name != other.name
    assert other.unseal(mine.seal(PLAIN)) is None


@pytest.mark.parametrize("secret", [b"secret", b""], ids=["with a secret", "without one"])
def test_another_random_key_gives_another_name_and_cannot_read_it(secret: bytes) -> None:
    mine, other = entry_cipher(PARTS, secret, RANDOM), entry_cipher(PARTS, secret, bytes(32))
    assert mine.name != other.name
    assert other.unseal(mine.seal(PLAIN)) is None


def test_a_name_says_nothing_about_the_key() -> None:
    cipher = entry_cipher(PARTS, b"secret", RANDOM)
    assert len(cipher.key) == 32
    assert cipher.name != cipher.key.hex()


def test_a_copied_entry_is_bound_to_its_parts_even_under_one_key() -> None:
    mine, other = entry_cipher(PARTS, b"secret", RANDOM), entry_cipher(("other",), b"secret", RANDOM)
    moved = type(mine)(other.name, mine.key, other.associated)
    assert moved.unseal(mine.seal(PLAIN)) is None


def test_a_torn_or_altered_entry_is_nothing() -> None:
    cipher = entry_cipher(PARTS, b"secret", RANDOM)
    sealed = cipher.seal(PLAIN)
    for length in range(len(sealed)):
        assert cipher.unseal(sealed[:length]) is None
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        assert cipher.unseal(bytes(altered)) is None
    assert cipher.unseal(sealed + b"\0") is None


def test_the_name_is_hexadecimal_and_tells_nothing() -> None:
    name = entry_cipher(PARTS, b"secret", RANDOM).name
    assert len(name) == 64
    assert int(name, 16)


def test_the_repr_shows_neither_key_nor_parts() -> None:
    cipher = entry_cipher(PARTS, b"secret", RANDOM)
    assert repr(cipher) == "EntryCipher()"


def test_parts_never_slide_into_each_other() -> None:
    lists = [
        ("ab", "c"),
        ("a", "bc"),
        ("abc",),
        ("ab", "c", ""),
        ("1:ab", "c"),
        ("a", "1:b", "c"),
        ("é", "c"),
        ("\udcff",),
        (),
        ("",),
        ("1,2:abc",),
        ("\ud83d", "\ude00"),
        ("\U0001f600",),
    ]
    assert len({framed(parts) for parts in lists}) == len(lists)


def test_this_interpreter_has_cryptography() -> None:
    assert crypto_available()
