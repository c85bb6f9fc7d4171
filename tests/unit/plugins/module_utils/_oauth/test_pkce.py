# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proof Key for Code Exchange."""

from __future__ import annotations

import re

from ansible_collections.authkit.oauth.plugins.module_utils._oauth.pkce import challenge, new_verifier


def test_the_example_of_rfc_7636_appendix_b() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_verifiers_are_new_and_in_the_form_of_rfc_7636_section_4_1() -> None:
    made = {new_verifier() for _each in range(20)}
    assert len(made) == 20
    assert all(re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", each) for each in made)
