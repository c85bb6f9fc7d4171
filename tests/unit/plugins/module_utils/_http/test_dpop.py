# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""DPoP on the wire: the header of a proof, and how a server asks for a nonce (RFC 9449)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._http.dpop import asks_for_nonce, with_proof_header
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import HttpRequest

NONCE = {"dpop-nonce": "n1"}
ASKING = 'DPoP error="use_dpop_nonce", error_description="Resource server requires nonce in DPoP proof"'


@pytest.mark.parametrize("name", ["DPoP", "dpop", "DPOP"])
def test_a_request_has_one_proof(name: str) -> None:
    """A second one would make the server refuse it (section 4.3)."""
    request = HttpRequest("GET", "https://api.example.com/", headers={name: "old", "Accept": "text/plain"})
    proven = with_proof_header(request, "new")
    assert proven.headers == {"Accept": "text/plain", "DPoP": "new"}
    assert request.headers[name] == "old"


@pytest.mark.parametrize(
    ("status", "headers", "error", "asks"),
    [
        (400, NONCE, "use_dpop_nonce", True),  # a token endpoint: section 8
        (401, {**NONCE, "www-authenticate": ASKING}, None, True),  # an API: section 9
        (401, {**NONCE, "www-authenticate": f"Bearer, {ASKING}"}, None, True),
        (400, NONCE, "invalid_dpop_proof", False),
        (401, {**NONCE, "www-authenticate": 'DPoP error="invalid_token"'}, None, False),
        (400, {}, "use_dpop_nonce", False),  # nothing to try again with
        (400, {"dpop-nonce": ""}, "use_dpop_nonce", False),
        (200, NONCE, "use_dpop_nonce", False),  # a new nonce for the next request
        (403, NONCE, "use_dpop_nonce", False),
        (None, NONCE, "use_dpop_nonce", False),
    ],
)
def test_who_asks_for_a_nonce(status: object, headers: dict[str, object], error: str | None, asks: bool) -> None:
    assert asks_for_nonce(status, headers, lambda: {"error": error}) is asks


def test_a_body_is_only_read_where_it_can_say_so() -> None:
    def read() -> dict[str, object]:
        raise AssertionError("the body was read")

    assert not asks_for_nonce(200, NONCE, read)
    assert not asks_for_nonce(400, {}, read)


def test_it_needs_no_cryptography() -> None:
    """Modules on managed nodes use it, where joserfc and cryptography may be missing."""
    name = with_proof_header.__module__
    probe = f"import sys, {name}; print(sorted({{'joserfc', 'cryptography'}} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == "[]"
