# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The private key of a client: which are taken, with which algorithm, and what is said about the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import PrivateFormat

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.client_auth.keys import (
    ALGORITHMS,
    OF_SECRETS,
    secret_algorithm,
    signing_key,
)
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.module_utils._options.values import SIGNING_ALGORITHMS
from ansible_collections.authkit.oauth.tests.servers.client_keys import pem, private_key, public_pem
from ansible_collections.authkit.oauth.tests.unit.support.transports import options

PASSPHRASE = "correct horse"
#: In the place of a message where the source of the option is named.
CALL = {"private_key": "the call", "private_key_path": "AUTHKIT_PRIVATE_KEY_PATH", "signing_algorithm": "the call"}


def client(**values: object) -> ClientOptions:
    return options(client_secret=None, client_auth_method="private_key_jwt", origins=CALL, **values)


def refused(**values: object) -> str:
    with pytest.raises(InvalidOption) as caught:
        signing_key(client(**values))
    assert caught.value.__cause__ is None
    assert PASSPHRASE not in caught.value.message
    return caught.value.message


@pytest.mark.parametrize(
    ("kind", "algorithm"),
    [
        ("RSA", "RS256"),
        ("P-256", "ES256"),
        ("P-384", "ES384"),
        ("P-521", "ES512"),
        ("Ed25519", "EdDSA"),
        ("Ed448", "EdDSA"),
    ],
)
def test_the_kind_of_key_decides_the_algorithm(kind: str, algorithm: str) -> None:
    found = signing_key(client(private_key=pem(kind)))
    assert found.algorithm == algorithm
    assert found.private.public_key() == private_key(kind).public_key()
    assert "PRIVATE" not in repr(found)


def test_an_rsa_key_signs_with_pss_where_it_is_told_to() -> None:
    assert signing_key(client(private_key=pem("RSA"), signing_algorithm="PS256")).algorithm == "PS256"


@pytest.mark.parametrize("kind", ["RSA", "P-256", "Ed25519"])
@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL, PrivateFormat.OpenSSH])
@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
def test_each_form_of_a_key_file(tmp_path: Path, kind: str, form: PrivateFormat, passphrase: str) -> None:
    if kind == "Ed25519" and form is PrivateFormat.TraditionalOpenSSL:
        return  # there is no such form
    if passphrase and form is PrivateFormat.OpenSSH:
        return  # needs the Python package bcrypt
    file = tmp_path / "key.pem"
    file.write_text(pem(kind, passphrase=passphrase, form=form))
    found = signing_key(client(private_key_path=str(file), private_key_passphrase=passphrase or None))
    assert found.private.public_key() == private_key(kind).public_key()


@pytest.mark.parametrize(
    "text",
    [pem("P-256").replace("\n", "\\n"), f"\n{pem('P-256')}\n", pem("P-256").strip()],
    ids=["escaped", "blank lines", "stripped"],  # not the text: each process makes keys of its own
)
def test_how_environment_variables_hold_a_key(text: str) -> None:
    assert signing_key(client(private_key=text)).algorithm == "ES256"


def test_a_passphrase_that_the_key_does_not_need_is_no_fault() -> None:
    assert signing_key(client(private_key=pem("P-256"), private_key_passphrase=PASSPHRASE)).algorithm == "ES256"


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_passphrases_that_do_not_fit(form: PrivateFormat) -> None:
    text = pem("P-256", passphrase=PASSPHRASE, form=form)
    assert refused(private_key=text) == "private_key from the call is encrypted: set private_key_passphrase."
    assert refused(private_key=text, private_key_passphrase="wrong") == (
        "private_key from the call cannot be decrypted: private_key_passphrase is wrong, or the key is damaged."
    )


def test_an_encrypted_openssh_key() -> None:
    """Python's cryptography reads it where the package bcrypt is installed."""
    text = (
        "-----BEGIN OPENSSH PRIVATE KEY-----\n"
        "b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABA=\n"
        "-----END OPENSSH PRIVATE KEY-----\n"
    )
    assert refused(private_key=text, private_key_passphrase=PASSPHRASE) == (
        "private_key from the call is an OpenSSH key that cannot be decrypted or is damaged: check "
        "private_key_passphrase, and convert the key with ssh-keygen -p -m PKCS8."
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "hunter2 hunter2",
            "is not a private key in PEM form: it must begin with -----BEGIN PRIVATE KEY-----.",
        ),
        (
            public_pem("P-256"),
            "is a certificate or public key: set it to the private key that belongs to it.",
        ),
        (
            pem("P-256")[:90] + "\n-----END PRIVATE KEY-----\n",
            "is a damaged private key, or one of an unknown kind: copy it again, every line of it.",
        ),
        (
            pem("secp256k1"),
            "is of a kind that signs no JWT: use an RSA key, an EC key on P-256 or P-384 or P-521, or an Ed25519 key.",
        ),
        (
            pem("RSA 1024"),
            "is an RSA key of 1024 bits, which is too short to be safe: make one of at least 2048 bits.",
        ),
    ],
    ids=["text", "public", "damaged", "curve", "short"],
)
def test_what_is_no_usable_key(text: str, sentence: str) -> None:
    message = refused(private_key=text)
    assert message == f"private_key from the call {sentence}"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    place = "private_key_path from AUTHKIT_PRIVATE_KEY_PATH is"
    gone, folder, der = tmp_path / "gone", tmp_path / "folder", tmp_path / "key.der"
    folder.mkdir()
    der.write_bytes(b"\x30\x82\xff\xfe")
    assert refused(private_key_path=str(gone)) == (
        f"{place} '{gone}', which does not exist on this machine: check the path."
    )
    assert refused(private_key_path=str(folder)) == (
        f"{place} '{folder}', which cannot be read by this user: check that it is a file, and its owner and mode."
    )
    assert refused(private_key_path=str(der)) == (
        f"{place} '{der}', which is not a PEM file: convert it with openssl pkey -inform DER."
    )


def test_an_algorithm_that_does_not_fit_the_key() -> None:
    assert refused(private_key=pem("P-256"), signing_algorithm="RS256") == (
        "signing_algorithm from the call is RS256, which does not fit: private_key from the call is an EC key on "
        "P-256, so set it to ES256, or leave it out."
    )
    assert "so set it to RS256 or RS384 or" in refused(private_key=pem("RSA"), signing_algorithm="HS256")


def test_an_algorithm_that_does_not_fit_a_secret() -> None:
    assert secret_algorithm(options(client_auth_method="client_secret_jwt")) == "HS256"
    assert secret_algorithm(options(client_auth_method="client_secret_jwt", signing_algorithm="HS512")) == "HS512"
    with pytest.raises(InvalidOption, match="client_auth_method is client_secret_jwt, so set it to HS256 or HS384"):
        secret_algorithm(options(client_auth_method="client_secret_jwt", signing_algorithm="ES256"))


def test_every_algorithm_of_the_option_is_of_some_key() -> None:
    found = {algorithm for fitting in (*ALGORITHMS.values(), OF_SECRETS) for algorithm in fitting}
    assert found == set(SIGNING_ALGORITHMS)
