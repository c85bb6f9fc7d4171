# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients that sign assertions, on a real Keycloak: each way that works, and each fault with its sentence."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX
from ansible_collections.authkit.oauth.tests.integration.support.leaks import leaked, traces
from ansible_collections.authkit.oauth.tests.integration.support.listening import ListeningProxy
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, realm_of, users_path
from ansible_collections.authkit.oauth.tests.servers.client_keys import pem, public_jwk
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import scripted

SECRET, PASSPHRASE = secrets.token_urlsafe(36), secrets.token_urlsafe(12)
SHIPPED = {"node_environment": {"AUTHKIT_TEST_NODE": "1"}}
#: The public keys that Keycloak has of each client. It takes a key without alg for RS256 or ES256.
KEYS: Mapping[str, list[dict[str, Any]]] = {
    "rs": [public_jwk("RSA", kid="one")],
    "ps": [public_jwk("RSA", 1, kid="pss", alg="PS256")],
    "es": [public_jwk("P-256", kid="ec")],
    "ed": [public_jwk("Ed25519", kid="ed", alg="EdDSA")],
    "two": [public_jwk("P-256", 1, kid="old"), public_jwk("P-256", 2, kid="new")],
    "both": [public_jwk("RSA", kid="rsa"), public_jwk("P-256", kid="ec")],
}
SIGNS = {"authkit_client_auth_method": "private_key_jwt"}
#: In a worker's Python before anything else: its clock is off.
CLOCK = "import time\nreal = time.time\ntime.time = lambda: real() + {}\n"


@dataclass(frozen=True)
class Place:
    """The realm of the clients."""

    server: str
    realm: str

    def of(self, client_id: str, **options: object) -> dict[str, object]:
        named = {f"authkit_{name}": value for name, value in options.items()}
        where = {} if "token_url" in options or "issuer" in options else self.at_realm
        return {**where, **SIGNS, "authkit_client_id": client_id, **named, "api_url": self.server + self.path}

    @property
    def at_realm(self) -> dict[str, str]:
        return {"authkit_auth_server": self.server, "authkit_realm": self.realm}

    @property
    def path(self) -> str:
        return users_path(self.realm)

    @property
    def issuer(self) -> str:
        return f"{self.server}/realms/{self.realm}"


def realm_with_keys() -> dict[str, Any]:
    """A client for each set of keys, one with a secret that makes a MAC, and one that sends its secret."""
    clients = [Client(name, SECRET) for name in (*KEYS, "mac", "plain")]
    realm = realm_of(*clients)
    for client in realm["clients"]:
        keys = KEYS.get(client["clientId"])
        if keys:
            client["clientAuthenticatorType"] = "client-jwt"
            client["attributes"] |= {"use.jwks.string": "true", "jwks.string": json.dumps({"keys": keys})}
        if client["clientId"] == "mac":
            client["clientAuthenticatorType"] = "client-secret-jwt"
    return realm


@pytest.fixture
def place(server: Keycloak) -> Iterator[Place]:
    """A realm with these clients."""
    with server.admin.temporary_realm(realm_with_keys()) as realm:
        yield Place(server.url, realm)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Files with a plain key, and with one that has a passphrase."""
    texts = {"plain": pem("P-256"), "locked": pem("P-256", passphrase=PASSPHRASE)}
    found = {}
    for name, text in texts.items():
        path = tmp_path / f"{name}.pem"
        path.write_text(text, encoding="utf-8")
        found[name] = str(path)
    return found


def assert_no_key_shows(run: Run) -> None:
    kinds = (("RSA", 0), ("RSA", 1), ("RSA", 5), ("P-256", 0), ("P-256", 2), ("Ed25519", 0))
    lines = {line for kind in kinds for line in pem(*kind).splitlines() if len(line) > 20 and "-----" not in line}
    looked_for = set().union(traces(SECRET), traces(PASSPHRASE), (line.encode() for line in lines))
    found = leaked((run.output + run.log + json.dumps([r.result for r in run.results])).encode(), looked_for)
    assert not found, "a key, passphrase or secret shows"
    assert not run.traceback


def test_each_way_to_sign(workspace: Workspace, place: Place, files: dict[str, str]) -> None:
    """Each client once in process and once for a node, which gets only the token; then again, from the store."""
    ways: dict[str, dict[str, object]] = {
        "rs256": place.of("rs", private_key=pem("RSA")),
        "ps256": place.of("ps", private_key=pem("RSA", 1), signing_algorithm="PS256"),
        "es256": place.of("es", private_key_path=files["plain"]),
        "locked": place.of("es", private_key_path=files["locked"], private_key_passphrase=PASSPHRASE),
        "eddsa": place.of("ed", private_key=pem("Ed25519"), key_id="ed"),
        "kid": place.of("two", private_key=pem("P-256", 2), key_id="new"),
        "one_line": place.of("es", private_key=pem("P-256").replace("\n", "\\n")),
        "mac": place.of("mac", client_auth_method="client_secret_jwt", client_secret=SECRET),
        "mac512": place.of(
            "mac", client_auth_method="client_secret_jwt", client_secret=SECRET, signing_algorithm="HS512"
        ),
        "issuer": place.of("rs", private_key=pem("RSA"), issuer=place.issuer),
        "url": place.of("rs", private_key=pem("RSA"), token_url=f"{place.issuer}/protocol/openid-connect/token"),
    }
    ways["profile"] = {
        "authkit_profiles": {"erp": {n[8:]: v for n, v in ways["es256"].items() if n.startswith("authkit_")}},
        "authkit_client_secret": SECRET,
        **ways["es256"],
    }
    hosts = {**ways, **{f"{name}_node": {**own, **SHIPPED} for name, own in ways.items()}}
    run = workspace.play("client_authentication.yml", hosts).expect()
    assert not run.failed, [(result.host, result.task, result.message) for result in run.failed]
    assert_no_key_shows(run)
    for path, content in workspace.files(workspace.runtime, workspace.home).items():
        assert b"PRIVATE KEY" not in content, path


@MATRIX
def test_another_key_is_another_token(
    workspace: Workspace, place: Place, proxy: ListeningProxy, tmp_path: Path
) -> None:
    """A token that one key got is not served to another one at the same path."""
    behind = Place(proxy.url, place.realm)
    file = tmp_path / "key.pem"
    file.write_text(pem("P-256"), encoding="utf-8")
    hosts = {"host": behind.of("both", private_key_path=str(file))}
    for _again in range(2):
        assert not workspace.play("client_authentication.yml", hosts).expect().failed
    assert proxy.token_requests == 1
    file.write_text(pem("RSA"), encoding="utf-8")
    assert not workspace.play("client_authentication.yml", hosts).expect().failed
    assert proxy.token_requests == 2
    file.write_text(pem("P-256", 3), encoding="utf-8")
    run = workspace.play("client_authentication.yml", hosts).expect()
    assert {result.result.get("error") for result in run.failed if result.task == "Api"} == {"wrong_private_key"}


class Fault(NamedTuple):
    """What is wrong with a client, and what is said about it."""

    client_id: str
    options: Mapping[str, object]
    error: str
    words: str


FAULTS: Mapping[str, Fault] = {
    "wrong_key": Fault("rs", {"private_key": pem("RSA", 5)}, "wrong_private_key", "is not the one whose public key"),
    "other_kind": Fault(
        "rs",
        {"private_key": pem("Ed25519")},
        "wrong_private_key",
        "has no public key for this key_id and signing_algorithm",
    ),
    "unknown_kid": Fault(
        "two",
        {"private_key": pem("P-256", 2), "key_id": "none"},
        "wrong_private_key",
        "has no public key for this key_id and signing_algorithm",
    ),
    "algorithm": Fault(
        "es",
        {"private_key": pem("P-256"), "signing_algorithm": "RS256"},
        "invalid_option",
        "signing_algorithm from the variable authkit_signing_algorithm is RS256, which does not fit: private_key from "
        "the variable authkit_private_key is an EC key on P-256, so set it to ES256, or leave it out.",
    ),
    "audience": Fault(
        "es",
        {"private_key": pem("P-256"), "client_assertion_audience": "https://a.example"},
        "assertion_refused",
        "does not accept an assertion for the audience 'https://a.example': set client_assertion_audience to",
    ),
    "passphrase": Fault(
        "es",
        {"private_key": pem("P-256", passphrase=PASSPHRASE), "private_key_passphrase": "wrong passphrase"},
        "invalid_option",
        "cannot be decrypted: private_key_passphrase is wrong, or the key is damaged.",
    ),
    "no_passphrase": Fault(
        "es",
        {"private_key": pem("P-256", passphrase=PASSPHRASE)},
        "invalid_option",
        "private_key from the variable authkit_private_key is encrypted: set private_key_passphrase.",
    ),
    "no_file": Fault(
        "es",
        {"private_key_path": "/nowhere/key.pem"},
        "invalid_option",
        "is '/nowhere/key.pem', which does not exist on this machine: check the path.",
    ),
    "no_key": Fault(
        "es", {"client_secret": SECRET}, "missing_option", "private_key or private_key_path is not set: set it in the"
    ),
    "method": Fault(
        "plain",
        {"private_key": pem("P-256")},
        "client_auth_method_refused",
        "does not accept client_auth_method private_key_jwt: set client_auth_method to",
    ),
    "secret_of_another": Fault(
        "mac",
        {"client_auth_method": "client_secret_jwt", "client_secret": "x" * 40},
        "wrong_client_secret",
        "The client_secret of the client 'mac' is wrong",
    ),
    "unnamed_method": Fault(
        "es",
        {"client_auth_method": None, "private_key": pem("P-256")},
        "missing_option",
        "ansible.cfg, or set client_auth_method to private_key_jwt if you mean that.",
    ),
}


def test_each_fault_has_its_sentence(workspace: Workspace, place: Place) -> None:
    hosts = {name: place.of(fault.client_id, **fault.options) for name, fault in FAULTS.items()}
    run = workspace.play("client_authentication.yml", hosts).expect()
    for name, fault in FAULTS.items():
        assert fault.words in run.one("Lookup", name).message, name
        called = run.one("Api", name)
        assert called.result.get("error") == fault.error, name
        assert fault.words in called.message, name
    assert_no_key_shows(run)


@MATRIX
@pytest.mark.parametrize(("off", "words"), [(-3600, "this machine's clock is behind"), (3600, "clock is ahead")])
def test_a_clock_that_is_an_hour_off(workspace: Workspace, place: Place, off: int, words: str) -> None:
    (workspace.cwd / "site").mkdir()
    (workspace.cwd / "site" / "sitecustomize.py").write_text(CLOCK.format(off), encoding="utf-8")
    hosts = {"key": place.of("es", private_key=pem("P-256"))}
    hosts["mac"] = place.of("mac", client_auth_method="client_secret_jwt", client_secret=SECRET)
    run = workspace.play("client_authentication.yml", hosts, env={"PYTHONPATH": str(workspace.cwd / "site")}).expect()
    for host in hosts:
        called = run.one("Api", host)
        assert (called.result.get("error"), words in called.message) == ("clocks_differ", True), called.message


@MATRIX
def test_a_proxy_that_sends_requests_twice(workspace: Workspace, place: Place) -> None:
    """Keycloak accepts an assertion once. A retry of ours, after a 503, has another one."""
    twice = {"twice": True}

    def forward(request: Incoming) -> Answer:
        headers = {name: value for name, value in request.headers.items() if name in ("host", "content-type")}
        for _time in range(2 if twice["twice"] else 1):
            answer = requests.post(place.server + request.path, data=request.body, headers=headers, timeout=30)
        if busy.pop("once", None):
            return Answer(503)
        return Answer(answer.status_code, answer.content, {"Content-Type": "application/json"})

    busy: dict[str, bool] = {}
    with contextlib.ExitStack() as stack:
        relay = stack.enter_context(scripted(forward))
        hosts = {"host": Place(relay.url, place.realm).of("es", private_key=pem("P-256"), cache="none")}
        hosts["host"]["api_url"] = place.server + place.path
        replayed = workspace.play("client_authentication.yml", hosts).expect().one("Api", "host")
        assert replayed.result.get("error") == "assertion_refused"
        assert "has received this assertion before, although each request has its own" in replayed.message
        twice["twice"], busy["once"] = False, True
        relay.seen.clear()
        run = workspace.play("client_authentication.yml", hosts).expect()
        assert run.one("Lookup", "host").state == "ok", run.one("Lookup", "host").message
        assert len(relay.seen) == 3
