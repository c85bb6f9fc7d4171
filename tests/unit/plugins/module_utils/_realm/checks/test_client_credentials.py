# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets and certificates of clients."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks import client_credentials
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import SecretTraits, Snapshot
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case, found
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import NO_POLICIES, client, policies

OFF: dict[str, Any] = {"enabled": False}
LIMIT: dict[str, Any] = {"min_secret_length": 24}


def traits(
    length: int = 32, distinct: int = 20, *, own: bool = False, realm: bool = False, known: bool = False
) -> dict[str, Any]:
    return {"app": SecretTraits(length, distinct, own, realm, known)}


def weak(severity: str, secret: dict[str, Any], **settings: Any) -> Case:
    return case(
        client_credentials.client_weak_secret, {"app": severity}, clients=[client(**settings)], secret_traits=secret
    )


def strong(secret: dict[str, Any], **settings: Any) -> Case:
    return case(client_credentials.client_weak_secret, clients=[client(**settings)], secret_traits=secret)


def created(days: float, **settings: Any) -> list[dict[str, Any]]:
    return [client(attributes={"client.secret.creation.time": str(int(time.time() - days * 86400))}, **settings)]


def mutual(subject: str, *, regex: bool, **settings: Any) -> list[dict[str, Any]]:
    attributes = {"x509.subjectdn": subject, "x509.allow.regex.pattern.comparison": str(regex).lower()}
    return [client(clientAuthenticatorType="client-x509", attributes=attributes, **settings)]


ROTATING: dict[str, Any] = {"features": {"CLIENT_SECRET_ROTATION": True}}
X509: dict[str, Any] = {"clientAuthenticatorType": "client-x509"}

ROTATION_CASES = [
    case(client_credentials.client_secret_rotation_absent, [REALM], clients=[client()], **NO_POLICIES, **ROTATING),
    case(
        client_credentials.client_secret_rotation_absent,
        [REALM],
        clients=[client()],
        **NO_POLICIES,
        server_version="26.8.0",
    ),
    case(
        client_credentials.client_secret_rotation_absent,
        [REALM],
        clients=[client()],
        **policies("secret-rotation", "client-access-type", type=["public"]),
        **ROTATING,
    ),
    *(
        case(
            client_credentials.client_secret_rotation_absent,
            unknown=NotEvaluated,
            clients=[client()],
            **NO_POLICIES,
            **known,
        )
        for known in ({}, {"server_version": "26.7.3"}, {"features": {"CLIENT_SECRET_ROTATION": False}})
    ),
    *(
        case(client_credentials.client_secret_rotation_absent, clients=[client()], **rotating, **ROTATING)
        for rotating in (
            policies("secret-rotation"),
            policies("secret-rotation", "client-access-type", type=["confidential"]),
        )
    ),
    *(
        case(client_credentials.client_secret_rotation_absent, clients=[client(**settings)], **NO_POLICIES, **ROTATING)
        for settings in ({"publicClient": True}, OFF, X509)
    ),
]
CA_CASES = [
    case(client_credentials.client_x509_ca_missing, ["app"], clients=[client(**X509)]),
    case(client_credentials.client_x509_ca_missing, ["app"], clients=[client(**X509)], server_version="26.7.3"),
    case(client_credentials.client_x509_ca_missing, {"app": "low"}, clients=[client(**X509)], server_version="26.6.0"),
    case(client_credentials.client_x509_ca_missing, {"app": "info"}, clients=[client(**X509, **OFF)]),
    case(
        client_credentials.client_x509_ca_missing,
        clients=[client(**X509, attributes={"x509.casubjectdn": "CN=Machines CA"}), client("b")],
    ),
]

CASES: list[Case] = [
    *ROTATION_CASES,
    *CA_CASES,
    weak("critical", traits(own=True)),
    weak("critical", traits(realm=True)),
    weak("critical", traits(known=True)),
    weak("critical", traits(11)),
    weak("critical", traits(32, 7)),
    weak("high", traits(15, 9)),
    weak("medium", traits(23)),
    weak("critical", traits(5), clientAuthenticatorType="client-secret-jwt"),
    weak("info", traits(5), **OFF),
    strong(traits(24)),
    strong({}),
    strong(traits(5), publicClient=True),
    strong(traits(5), bearerOnly=True),
    strong(traits(5), clientAuthenticatorType="client-jwt"),
    case(
        client_credentials.client_weak_secret,
        clients=[client("admin-permissions")],
        secret_traits={"admin-permissions": Gap("The client's secret is missing from what was read.")},
    ),
    case(
        client_credentials.client_weak_secret,
        unknown=NotEvaluated,
        clients=[client()],
        secret_traits={"app": Gap("It is masked.")},
    ),
    case(
        client_credentials.client_weak_secret,
        {"app": "medium"},
        parameters={"min_secret_length": 64},
        clients=[client()],
        secret_traits=traits(63),
    ),
    case(client_credentials.client_secret_too_old, ["app"], clients=created(400)),
    case(client_credentials.client_secret_too_old, {"app": "info"}, clients=created(400, **OFF)),
    case(client_credentials.client_secret_too_old, clients=[*created(300), client("b", publicClient=True)]),
    case(client_credentials.client_secret_too_old, unknown=NotEvaluated, clients=[client()]),
    case(client_credentials.client_secret_too_old, clients=[client(clientAuthenticatorType="client-jwt")]),
    case(client_credentials.client_secret_too_old, clients=created(400, publicClient=True)),
    case(client_credentials.client_secret_too_old, clients=[client("admin-permissions")]),
    case(client_credentials.client_secret_too_old, clients=created(400), parameters={"max_secret_age_days": 500}),
    *(
        case(client_credentials.client_x509_subject_any, ["app"], clients=mutual(pattern, regex=True))
        for pattern in (".*", "(.*?)(?:$)", "CN=.*", "CN=[a-z-]+")
    ),
    case(client_credentials.client_x509_subject_any, {"app": "info"}, clients=mutual(".*", regex=True, **OFF)),
    case(
        client_credentials.client_x509_subject_any,
        ["app"],
        clients=[client(clientAuthenticatorType="client-x509", attributes={"x509.subjectdn": ".*"})],
    ),
    case(client_credentials.client_x509_subject_any, clients=mutual(".*", regex=False)),
    case(client_credentials.client_x509_subject_any, {"app": "low"}, clients=mutual("", regex=False)),
    case(client_credentials.client_x509_subject_any, {"app": "low"}, clients=mutual("", regex=True)),
    case(client_credentials.client_x509_subject_any, clients=mutual("CN=app.example.com", regex=False)),
    case(client_credentials.client_x509_subject_any, clients=mutual("CN=app[.]example[.]com", regex=True)),
    case(client_credentials.client_x509_subject_any, clients=[client(attributes={"x509.subjectdn": ""})]),
    *(
        case(client_credentials.client_x509_subject_any, unknown=NotEvaluated, clients=mutual(pattern, regex=True))
        for pattern in ("(a+)+$", "(.*)*x", "(a+)(?#x)+", ".?" * 60 + "x", "(|)" * 60, "a*b*c*d*e*f*g*", "(", "x" * 300)
    ),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()


def test_nothing_of_a_secret_is_told_but_the_rule() -> None:
    (finding,) = found(client_credentials.client_weak_secret, {"clients": [client()], "secret_traits": traits(11)})
    assert finding.evidence == {"rule": "has fewer than 12 characters"}
    assert "11" not in finding.message


def test_an_age_that_nobody_noted_does_not_hide_another() -> None:
    snapshot = Snapshot("shop", "https://sso.example.com", {"clients": [client("undated"), *created(400)]})
    running = iter(
        client_credentials.client_secret_too_old.run(snapshot, client_credentials.client_secret_too_old.defaults())
    )
    assert next(running).target == "app"
    with pytest.raises(NotEvaluated, match="'undated'"):
        next(running)


def test_a_gap_does_not_hide_what_another_client_shows() -> None:
    sections = {"clients": [client("masked"), client()], "secret_traits": {"masked": Gap("No."), **traits(5)}}
    running = iter(
        client_credentials.client_weak_secret.run(Snapshot("shop", "https://sso.example.com", sections), LIMIT)
    )
    assert next(running).target == "app"
    with pytest.raises(NotEvaluated):
        next(running)
