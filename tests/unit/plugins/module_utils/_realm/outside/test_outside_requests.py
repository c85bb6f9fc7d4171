# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests of an audit from outside: none that leaves traces unless allowed, no credentials to other hosts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.module_utils._realm.outside.client_access import Caller
from ansible_collections.authkit.oauth.plugins.module_utils._realm.outside.outside import Outside, gather_outside
from ansible_collections.authkit.oauth.plugins.module_utils._realm.registry import BY_ID, CHECKS
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM
from ansible_collections.authkit.oauth.tests.unit.support.fake_issuer import (
    KEY,
    SECRET,
    Issuer,
    authentic,
    form_of,
    serve,
    sign,
)
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import scripted
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import CLIENT
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport, settings

OIDC = "/protocol/openid-connect"
BELOW = f"/realms/{REALM}"
ACTIVE = tuple(check.id for check in CHECKS if check.active)


def looked(
    issuer: Issuer,
    server: str,
    make_transport: MakeTransport,
    *,
    caller: Caller | None = None,
    rules: Iterable[str] = ACTIVE,
    realm: str = REALM,
    **how: Any,
) -> Snapshot:
    """A realm as it is seen when these checks are run; what was asked before is forgotten."""
    issuer.asked.clear()
    used = {name: BY_ID[name].defaults() for name in rules}
    outside = Outside(caller or client(server), settings(), used, **how)
    return Snapshot(realm, server, gather_outside(server, realm, make_transport(), outside))


def client(server: str, **options: Any) -> Caller:
    return Caller(ClientOptions(CLIENT, SECRET, **{"auth_server": server, "realm": REALM, **options}), REALM)


def posted(issuer: Issuer) -> list[tuple[str, dict[str, str]]]:
    """Paths below the realm that were written to, and the forms."""
    return [
        (each.path[len(BELOW) :].removeprefix(OIDC), form_of(each.body))
        for each in issuer.asked
        if each.method == "POST"
    ]


def logins(issuer: Issuer) -> list[str]:
    """The clients whose login was asked for."""
    return [parse_qs(each.query)["client_id"][0] for each in issuer.asked if each.path.endswith("/auth")]


def reason(snapshot: Snapshot, section: str) -> str:
    gap = snapshot.sections[section]
    assert isinstance(gap, Gap), gap
    return gap.reason


@pytest.mark.parametrize(
    ("how", "named"),
    [({}, "set active_probes: true"), ({"active": True, "check_mode": True}, "check mode does not allow")],
)
def test_unasked_only_a_token_is_fetched_and_introspected(
    how: dict[str, Any], named: str, make_transport: MakeTransport
) -> None:
    issuer = Issuer()
    with serve(issuer) as server:
        snapshot = looked(issuer, server, make_transport, **how)
    assert named in reason(snapshot, "probes")
    assert named in reason(snapshot, "client_probes")
    (path, form), (second, introspected) = posted(issuer)
    assert (path, form["grant_type"]) == ("/token", "client_credentials")
    assert (second, introspected["token"]) == ("/token/introspect", issuer.issued[0])
    assert logins(issuer) == ["account-console"]
    assert all("authorization" not in each.headers for each in issuer.asked)


@pytest.mark.parametrize("grant", ["refresh_token", "device_code"])
def test_an_audit_never_spends_a_refresh_token(grant: str, make_transport: MakeTransport) -> None:
    """The server may accept it once, and only the store can keep its successor."""
    issuer = Issuer()
    with serve(issuer) as server:
        caller = client(server, grant_type=grant, refresh_token="first")
        snapshot = looked(issuer, server, make_transport, caller=caller)
    assert [path for path, _form in posted(issuer) if path == "/token"] == []
    assert "use up the client's refresh token" in reason(snapshot, "token_answer")


def test_each_probe_is_sent_once_with_a_token_of_its_own(make_transport: MakeTransport) -> None:
    issuer = Issuer()
    with serve(issuer) as server:
        looked(issuer, server, make_transport, active=True)
        forms = [form for path, form in posted(issuer) if path == "/token"]
        first, *rest = issuer.issued
    assert len(forms) == 6  # the audit's own, wrong secret, password, unknown grant, unknown scope, one to be revoked
    assert [form["grant_type"] for form in forms].count("password") == 1
    wrong = [form for form in forms if form["client_secret"] != SECRET]
    assert len(wrong) == 1
    assert len(wrong[0]["client_secret"]) == 32
    assert all(form["username"].startswith("authkit-probe-") for form in forms if form["grant_type"] == "password")
    assert issuer.revoked == {rest[-1]}
    assert first not in issuer.revoked
    assert logins(issuer) == ["account-console", "account-console", CLIENT]


def test_a_probe_is_not_tried_again(make_transport: MakeTransport) -> None:
    issuer = Issuer()
    seen = 0

    def token(request: Incoming) -> Answer:
        nonlocal seen
        if authentic(request, form_of(request.body)) and "password" not in form_of(request.body).values():
            return issuer._token(request)
        seen += 1
        return Answer(503)

    issuer.answers[f"{OIDC}/token"] = token
    with serve(issuer) as server:
        snapshot = looked(issuer, server, make_transport, active=True, retries=3)
    assert seen == 2
    assert snapshot.sections["client_probes"]["wrong secret"].fault
    assert snapshot.sections["client_probes"]["password grant"].fault


@pytest.mark.parametrize(
    ("check", "sent"),
    [
        ("probe-password-grant-allowed", {"password grant"}),
        ("probe-introspection-unauthenticated", {"open introspection", "introspection of garbage"}),
        ("probe-dcr-anonymous-open", {"registration"}),
        ("probe-open-redirect", {"redirect of account-console", f"redirect of {CLIENT}"}),
        ("token-iss-mismatch", set()),
    ],
)
def test_only_what_a_check_that_is_run_needs_is_sent(check: str, sent: set[str], make_transport: MakeTransport) -> None:
    issuer = Issuer()
    with serve(issuer) as server:
        snapshot = looked(issuer, server, make_transport, rules=[check], active=True)
    assert {*snapshot.sections["probes"], *snapshot.sections["client_probes"]} == sent


@pytest.mark.parametrize(
    ("levels", "asks_token", "asks_page"), [(["L1"], False, True), (["L2"], True, False), (["L3"], False, False)]
)
def test_only_the_levels_that_are_run_are_looked_at(
    levels: list[str], asks_token: bool, asks_page: bool, make_transport: MakeTransport
) -> None:
    issuer = Issuer()
    with serve(issuer) as server:
        snapshot = looked(issuer, server, make_transport, levels=levels)
    assert bool(posted(issuer)) is asks_token
    assert bool(logins(issuer)) is asks_page
    assert bool(snapshot.sections) is (levels != ["L3"])


def test_of_a_token_alone_what_it_says_is_known(make_transport: MakeTransport) -> None:
    issuer = Issuer()
    with serve(issuer) as server:
        snapshot = looked(issuer, server, make_transport, caller=Caller(token=issuer.token()), active=True)
    assert snapshot.own_claims["azp"] == CLIENT
    assert snapshot.section("token_signature").problem is None
    assert snapshot.own_token.asked is None
    assert [path for path, _form in posted(issuer)] == ["/clients-registrations/openid-connect"]
    for section in ("token_answer", "introspection"):
        assert "the client's credentials" in reason(snapshot, section)
    assert "the client's credentials" in snapshot.sections["client_probes"]["wrong secret"].reason
    assert "the token itself" in reason(snapshot, "own_client")
    assert logins(issuer) == ["account-console", "account-console"]


def test_a_token_of_another_realm_says_nothing_of_this_one(make_transport: MakeTransport) -> None:
    issuer = Issuer()
    with serve(issuer) as server:
        of_client = looked(issuer, server, make_transport, caller=replace(client(server), realm="master"), active=True)
        assert [path for path, _form in posted(issuer)] == ["/clients-registrations/openid-connect"]
        other = sign({"iss": f"{server}/realms/a%20b"}, KEY, "RS256")
        of_token = looked(issuer, server, make_transport, caller=Caller(token=other))
        assert "issued by the realm 'a b'" in reason(of_token, "client_probes")
        assert "active_probes" in reason(of_token, "probes")
        opaque = looked(issuer, server, make_transport, caller=Caller(token="opaque"))
        strange = [sign({"iss": iss}, KEY, "RS256") for iss in (None, 5, f"{server}/issuer", "https://[", "")]
        unknown = [looked(issuer, server, make_transport, caller=Caller(token=each)) for each in strange]
    for section in ("token_answer", "own_token", "own_claims", "token_signature", "introspection"):
        assert "issued by the realm 'master'" in reason(of_client, section)
        assert of_client.sections[section].expected
        assert "issued by the realm 'a b'" in reason(of_token, section)
        assert "opaque" in reason(opaque, section)
    assert "issued by the realm 'master'" in of_client.sections["client_probes"]["wrong secret"].reason
    assert all("is unknown" in reason(each, "own_token") for each in unknown)


def test_the_metadata_leads_nowhere_else(make_transport: MakeTransport) -> None:
    names = ("jwks_uri", "authorization_endpoint", "introspection_endpoint", "userinfo_endpoint", "revocation_endpoint")
    issuer = Issuer()
    with serve(issuer) as server, scripted() as elsewhere:
        issuer.changes = dict.fromkeys((*names, "registration_endpoint"), f"{elsewhere.url}/x")
        snapshot = looked(issuer, server, make_transport, active=True)
        assert not elsewhere.seen
        for section in ("jwks", "jwks_keys", "login_page", "introspection"):
            assert elsewhere.url in reason(snapshot, section)
            assert "allowed_endpoint_origins of discovery-endpoint-foreign-host" in reason(snapshot, section)
        allowed = {"discovery-endpoint-foreign-host": {"allowed_endpoint_origins": [elsewhere.url]}}
        used = {**{name: BY_ID[name].defaults() for name in ACTIVE}, **allowed}
        outside = Outside(client(server), settings(), used, active=True)
        sections = gather_outside(server, REALM, make_transport(), outside)
    # An allowed host is contacted, but without credentials or tokens.
    assert elsewhere.seen
    assert {each.path for each in elsewhere.seen} == {"/x"}
    assert all(SECRET not in str((each.query, each.body)) for each in elsewhere.seen)
    assert not [token for token in issuer.issued for each in elsewhere.seen if token.encode() in each.body]
    assert not [token for token in issuer.issued for each in elsewhere.seen if token in str(each.headers)]
    assert "credentials were not sent there" in sections["introspection"].reason
    assert "credentials were not sent there" in sections["client_probes"]["revocation"].reason


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "https://user:x@{host}/certs", "\\\\host", "http://{host}\n/x", ""]
)
def test_what_is_no_url_to_go_to_is_not_gone_to(url: str, make_transport: MakeTransport) -> None:
    issuer = Issuer()
    with serve(issuer) as server:
        issuer.changes = {"jwks_uri": url.replace("{host}", server.partition("://")[2])}
        snapshot = looked(issuer, server, make_transport)
    assert "was not contacted" in reason(snapshot, "jwks")


def test_every_token_that_is_asked_for_is_hidden(make_transport: MakeTransport) -> None:
    issuer, hidden = Issuer(), set[str]()
    with serve(issuer) as server:
        looked(issuer, server, make_transport, caller=replace(client(server), hide=hidden.add), active=True)
    assert len(issuer.issued) == 2
    assert hidden == set(issuer.issued)


@pytest.mark.parametrize("how", ["auth_server", "issuer", "token_url"])
@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_however_the_client_signs_in(how: str, method: str, make_transport: MakeTransport) -> None:
    issuer = Issuer()
    with serve(issuer) as server:
        places: dict[str, dict[str, Any]] = {
            "auth_server": {"auth_server": server, "realm": REALM},
            "issuer": {"issuer": issuer.issuer},
            "token_url": {"token_url": f"{issuer.issuer}{OIDC}/token"},
        }
        options = ClientOptions(CLIENT, SECRET, client_auth_method=method, **places[how])
        snapshot = looked(issuer, server, make_transport, caller=Caller(options, REALM), active=True)
    assert snapshot.token_answer.problem is None
    assert snapshot.client_probe("wrong secret").status == 401
    assert snapshot.client_probe("revocation").after == 401
    assert snapshot.section("introspection").active is True


def test_a_client_without_a_secret_has_no_wrong_one(make_transport: MakeTransport) -> None:
    issuer = Issuer()
    with serve(issuer) as server:
        caller = Caller(ClientOptions(CLIENT, "", auth_server=server, realm=REALM), REALM)
        snapshot = looked(issuer, server, make_transport, caller=caller, active=True)
    assert isinstance(snapshot.sections["client_probes"]["wrong secret"], Gap)


def test_revocation_is_only_judged_with_a_positive_control(make_transport: MakeTransport) -> None:
    issuer = Issuer()
    issuer.answers[f"{OIDC}/userinfo"] = lambda _request: Answer(403)
    with serve(issuer) as server:
        snapshot = looked(issuer, server, make_transport, active=True)
    assert "rejects a new token" in snapshot.sections["client_probes"]["revocation"].reason
    assert not issuer.revoked


def test_an_opaque_token_is_only_asked_about(make_transport: MakeTransport) -> None:
    issuer = Issuer()
    issuer.signed = lambda _claims: "opaque"
    with serve(issuer) as server:
        snapshot = looked(issuer, server, make_transport)
    assert snapshot.section("introspection").active is True
    assert snapshot.own_token.granted == ("orders-api",)
    for section in ("own_claims", "own_header", "token_signature"):
        assert "opaque" in reason(snapshot, section)
