# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of the checks of how the caller gets its token, and whether the token is its issuer's."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.own_token import (
    token_alg_symmetric_or_none,
    token_azp_mismatch,
    token_grant_failed,
    token_iss_mismatch,
    token_refresh_token_issued,
    token_response_cacheable,
    token_signature_invalid,
    token_type_not_bearer,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, Inconclusive, NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.observed import Signature
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import (
    CLIENT,
    ISSUER,
    claims,
    metadata,
    token_answer,
)

REFUSED = token_answer(
    status=401, problem="The client_secret of the client is wrong.", has_token=False, expires_in=None
)
NO_SECRET = Gap("This needs the client's credentials.")
OPAQUE = Gap("The access token is opaque.")
GOOD = Signature()
BAD = Signature("The token's signature is not of the key that it names.")

CASES: list[Case] = [
    case(token_grant_failed, own_client=CLIENT, token_answer=token_answer()),
    case(token_grant_failed, [CLIENT], own_client=CLIENT, token_answer=REFUSED),
    case(token_grant_failed, [CLIENT], own_client=CLIENT, token_answer=token_answer(has_token=False)),
    case(token_grant_failed, [CLIENT], own_client=CLIENT, token_answer=token_answer(expires_in=None)),
    case(token_grant_failed, unknown=NotEvaluated, own_client=CLIENT, token_answer=NO_SECRET),
    case(token_grant_failed, unknown=Inconclusive, token_answer=Gap("The server is down.", fault=True)),
    case(token_type_not_bearer, own_client=CLIENT, token_answer=token_answer()),
    case(token_type_not_bearer, own_client=CLIENT, token_answer=token_answer(token_type="bEARER")),
    case(token_type_not_bearer, [CLIENT], own_client=CLIENT, token_answer=token_answer(token_type="DPoP")),
    case(token_type_not_bearer, [CLIENT], own_client=CLIENT, token_answer=token_answer(token_type=None)),
    case(
        token_type_not_bearer,
        own_client=CLIENT,
        token_answer=token_answer(token_type="DPoP"),
        parameters={"allow_dpop": True},
    ),
    case(token_type_not_bearer, unknown=NotEvaluated, own_client=CLIENT, token_answer=REFUSED),
    case(token_refresh_token_issued, own_client=CLIENT, token_answer=token_answer()),
    case(token_refresh_token_issued, [CLIENT], own_client=CLIENT, token_answer=token_answer(has_refresh_token=True)),
    case(
        token_refresh_token_issued,
        own_client=CLIENT,
        token_answer=token_answer(has_refresh_token=True),
        parameters={"allow_cc_refresh": True},
    ),
    case(token_refresh_token_issued, unknown=NotEvaluated, own_client=CLIENT, token_answer=REFUSED),
    case(token_response_cacheable, own_client=CLIENT, token_answer=token_answer()),
    case(
        token_response_cacheable,
        own_client=CLIENT,
        token_answer=token_answer(cache_control="private, No-Store , max-age=0", pragma="No-Cache"),
    ),
    case(token_response_cacheable, [CLIENT], own_client=CLIENT, token_answer=token_answer(cache_control="")),
    case(token_response_cacheable, [CLIENT], own_client=CLIENT, token_answer=token_answer(cache_control="no-cache")),
    case(token_response_cacheable, {CLIENT: "low"}, own_client=CLIENT, token_answer=token_answer(pragma="")),
    case(token_response_cacheable, unknown=NotEvaluated, own_client=CLIENT, token_answer=REFUSED),
    case(token_signature_invalid, token_signature=GOOD),
    case(token_signature_invalid, [CLIENT], token_signature=BAD, own_header={"alg": "RS256"}, own_client=CLIENT),
    case(token_signature_invalid, unknown=NotEvaluated, token_signature=OPAQUE),
    case(token_alg_symmetric_or_none, own_header={"alg": "PS256"}, own_client=CLIENT),
    case(token_alg_symmetric_or_none, own_header={"alg": "EdDSA"}, own_client=CLIENT),
    *(
        case(token_alg_symmetric_or_none, [CLIENT], own_header={"alg": algorithm}, own_client=CLIENT)
        for algorithm in ("none", "HS256", "HS512", "RS1", ["RS256"], None)
    ),
    case(token_alg_symmetric_or_none, [CLIENT], own_header={}, own_client=CLIENT),
    case(
        token_alg_symmetric_or_none,
        [CLIENT],
        own_header={"alg": "RS256"},
        own_client=CLIENT,
        parameters={"allowed_algs": ["PS256"]},
    ),
    case(token_iss_mismatch, own_claims=claims(), metadata=metadata()),
    case(token_iss_mismatch, [CLIENT], own_claims=claims(iss=f"{ISSUER}/"), metadata=metadata(), own_client=CLIENT),
    case(token_iss_mismatch, [CLIENT], own_claims=claims("iss"), metadata=metadata(), own_client=CLIENT),
    case(token_iss_mismatch, unknown=NotEvaluated, own_claims=OPAQUE, metadata=metadata()),
    case(token_azp_mismatch, own_claims=claims(), own_client=CLIENT),
    case(token_azp_mismatch, own_claims=claims("client_id"), own_client=CLIENT),
    case(token_azp_mismatch, [CLIENT], own_claims=claims(azp="other"), own_client=CLIENT),
    case(token_azp_mismatch, [CLIENT], own_claims=claims("azp", client_id="other"), own_client=CLIENT),
    case(token_azp_mismatch, {CLIENT: "low"}, own_claims=claims("azp", "client_id"), own_client=CLIENT),
    case(token_azp_mismatch, unknown=NotEvaluated, own_claims=claims(), own_client=Gap("Only the token says it.")),
    # If only the token identifies the client, findings are on that client, or on the realm.
    case(token_iss_mismatch, [CLIENT], own_claims=claims(iss="x"), metadata=metadata(), own_client=OPAQUE),
    case(token_iss_mismatch, [REALM], own_claims=claims("azp", "client_id", iss="x"), metadata=metadata()),
    case(token_iss_mismatch, [REALM], own_claims=claims(azp=["x"], iss="x"), metadata=metadata()),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
