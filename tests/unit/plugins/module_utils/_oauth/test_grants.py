# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a grant asks for."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import ContradictoryOptions, InvalidOption
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.grants import form_fields
from ansible_collections.authkit.oauth.tests.unit.plugins.module_utils.client_support import options


def test_client_credentials_alone() -> None:
    assert form_fields(options()) == (("grant_type", "client_credentials"),)


def test_everything_that_a_token_may_be_for() -> None:
    fields = form_fields(
        options(
            scope=("read", "write"),
            audience=("erp", "crm"),
            resource=("urn:a", "urn:b"),
            extra_parameters=(("tenant", "7"),),
        )
    )
    assert fields == (
        ("grant_type", "client_credentials"),
        ("scope", "read write"),
        ("audience", "erp"),
        ("audience", "crm"),
        ("resource", "urn:a"),
        ("resource", "urn:b"),
        ("tenant", "7"),
    )


@pytest.mark.parametrize("name", ["grant_type", "client_id", "client_secret", "client_assertion", "scope", "audience"])
def test_extra_parameters_cannot_repeat_an_option(name: str) -> None:
    with pytest.raises(ContradictoryOptions) as caught:
        form_fields(options(extra_parameters=((name, "s3cret"),)))
    assert caught.value.message == f"extra_parameters must not hold '{name}': set the option '{name}' instead."


def test_unknown_grant() -> None:
    with pytest.raises(InvalidOption) as caught:
        form_fields(options(grant_type="magic"))
    assert caught.value.message == "grant_type must be one of client_credentials."
