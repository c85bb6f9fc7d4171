# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sections of a snapshot."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, Inconclusive, NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Section, Snapshot


def snapshot(**sections: object) -> Snapshot:
    return Snapshot("shop", "https://sso.example.com", sections)


def test_a_section_is_what_was_read_under_its_name() -> None:
    read = snapshot(clients=[{"clientId": "app"}], server_version="26.7.3")
    assert read.clients == [{"clientId": "app"}]
    assert read.server_version == "26.7.3"


def test_a_gap_ends_who_asks_for_the_section() -> None:
    with pytest.raises(NotEvaluated, match="A role is missing"):
        assert snapshot(clients=Gap("A role is missing.")).clients
    with pytest.raises(Inconclusive, match="The server failed"):
        assert snapshot(clients=Gap("The server failed.", fault=True)).clients
    with pytest.raises(NotEvaluated, match="did not read clients"):
        assert snapshot().clients


def test_on_the_class_a_section_is_itself() -> None:
    assert isinstance(Snapshot.clients, Section)
