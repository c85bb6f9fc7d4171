# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mappings of variables: their items are rendered once, or are done."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.authkit.oauth.plugins.plugin_utils._facts.rendering import Rendering
from ansible_collections.authkit.oauth.tests.unit.support.variables import (
    PLACEHOLDER,
    TAGGED,
    from_a_node,
    loaded,
    templar_of,
)


def test_a_mapping_is_rendered_item_by_item_and_a_template_whole(tmp_path: Path) -> None:
    variables = loaded('{mapping: {a: "{{ 1 }}"}, template: "{{ said }}"}', tmp_path)
    variables["said"] = from_a_node({"a": "{{ 2 }}"})
    rendering = Rendering(templar_of(variables), variables)
    assert rendering.mapping(variables["mapping"], "It") == ({"a": "{{ 1 }}"}, False)
    assert rendering.mapping(variables["template"], "It") == ({"a": "{{ 2 }}"}, True)


def test_the_placeholder_is_known(tmp_path: Path) -> None:
    variables = loaded('{left_out: "{{ nosuch | default(omit) }}"}', tmp_path)
    rendering = Rendering(templar_of(variables), variables)
    assert rendering.omit == (None if TAGGED else PLACEHOLDER)
    assert rendering.rendered(variables["left_out"], "It") is None
