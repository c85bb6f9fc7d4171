# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of the checks of requests with the caller's credentials."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.client_requests import (
    probe_introspection_positive,
    probe_introspection_unauthenticated,
    probe_invalid_scope_accepted,
    probe_password_grant_allowed,
    probe_revocation_ineffective,
    probe_unknown_grant_accepted,
    probe_wrong_secret_accepted,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, Inconclusive, NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.observed import (
    Introspection,
    ProbeAnswer,
    Revocation,
)
from ansible_collections.authkit.oauth.tests.unit.support.checks import Case, case
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import CLIENT, claims

DOWN = Gap("The server answered 500.", fault=True)
OFF = Gap("Switched off.")
INACTIVE = Introspection(200, False, ("active",))
REFUSED = Introspection(401, None, ("error", "error_description"))


def probed(name: str, answer: Any) -> dict[str, Any]:
    return {"client_probes": {name: answer}, "own_client": CLIENT}


def secret(status: int, error: str = "") -> dict[str, Any]:
    return probed("wrong secret", ProbeAnswer(status, error))


def password(status: int, error: str = "", description: str = "") -> dict[str, Any]:
    return probed("password grant", ProbeAnswer(status, error, description))


def introspected(answer: Any, aud: object = CLIENT) -> dict[str, Any]:
    return {"introspection": answer, "own_claims": claims(aud=aud), "own_client": CLIENT}


def opened(answer: Any, garbage: Any = INACTIVE) -> dict[str, Any]:
    return {"client_probes": {"open introspection": answer, "introspection of garbage": garbage}, "own_client": CLIENT}


CASES: list[Case] = [
    case(probe_wrong_secret_accepted, **secret(401, "unauthorized_client")),
    case(probe_wrong_secret_accepted, **secret(401, "invalid_client")),
    case(probe_wrong_secret_accepted, [CLIENT], **secret(200)),
    case(probe_wrong_secret_accepted, {CLIENT: "low"}, **secret(400, "invalid_client")),
    case(probe_wrong_secret_accepted, unknown=NotEvaluated, **secret(429)),
    case(probe_wrong_secret_accepted, unknown=NotEvaluated, **secret(401, "access_denied")),
    case(probe_wrong_secret_accepted, unknown=Inconclusive, **probed("wrong secret", DOWN)),
    case(probe_wrong_secret_accepted, unknown=NotEvaluated, client_probes=OFF),
    case(probe_password_grant_allowed, **password(400, "unauthorized_client")),
    case(probe_password_grant_allowed, **password(401, "unauthorized_client")),
    case(probe_password_grant_allowed, **password(400, "unsupported_grant_type")),
    case(
        probe_password_grant_allowed,
        **password(400, "invalid_grant", "resource owner password credentials grant is prohibited."),
    ),
    case(probe_password_grant_allowed, [CLIENT], **password(401, "invalid_grant", "Invalid user credentials")),
    case(probe_password_grant_allowed, [CLIENT], **password(200)),
    case(probe_password_grant_allowed, unknown=NotEvaluated, **password(403)),
    case(probe_unknown_grant_accepted, **probed("unknown grant", ProbeAnswer(400, "unsupported_grant_type"))),
    case(probe_unknown_grant_accepted, [CLIENT], **probed("unknown grant", ProbeAnswer(200))),
    case(probe_unknown_grant_accepted, [CLIENT], **probed("unknown grant", ProbeAnswer(500, "unknown_error"))),
    case(probe_unknown_grant_accepted, unknown=Inconclusive, **probed("unknown grant", DOWN)),
    case(probe_invalid_scope_accepted, **probed("unknown scope", ProbeAnswer(400, "invalid_scope"))),
    case(probe_invalid_scope_accepted, [CLIENT], **probed("unknown scope", ProbeAnswer(200))),
    case(probe_invalid_scope_accepted, unknown=NotEvaluated, **probed("unknown scope", ProbeAnswer(401))),
    case(probe_introspection_positive, **introspected(Introspection(200, True, ("active", "sub")))),
    case(probe_introspection_positive, [CLIENT], **introspected(INACTIVE)),
    case(probe_introspection_positive, [CLIENT], **introspected(INACTIVE, ["api", CLIENT])),
    case(probe_introspection_positive, {CLIENT: "info"}, **introspected(INACTIVE, "api")),
    case(probe_introspection_positive, {CLIENT: "info"}, **introspected(INACTIVE, None)),
    case(probe_introspection_positive, unknown=NotEvaluated, **introspected(REFUSED)),
    case(probe_introspection_unauthenticated, **opened(REFUSED)),
    case(probe_introspection_unauthenticated, [CLIENT], **opened(INACTIVE)),
    case(probe_introspection_unauthenticated, [CLIENT], **opened(Introspection(200, True))),
    case(probe_introspection_unauthenticated, [CLIENT], **opened(REFUSED, Introspection(200, True, ("active",)))),
    case(
        probe_introspection_unauthenticated,
        {CLIENT: "low"},
        **opened(REFUSED, Introspection(200, False, ("active", "reason"))),
    ),
    case(probe_introspection_unauthenticated, unknown=Inconclusive, **opened(REFUSED, DOWN)),
    case(probe_revocation_ineffective, **probed("revocation", Revocation(200, 200, 401))),
    case(probe_revocation_ineffective, [CLIENT], **probed("revocation", Revocation(200, 200, 200))),
    case(probe_revocation_ineffective, [CLIENT], **probed("revocation", Revocation(200, 403, 200))),
    case(probe_revocation_ineffective, unknown=NotEvaluated, **probed("revocation", Gap("There is no openid."))),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
