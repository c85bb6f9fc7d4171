# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Imports run down only and form no cycle; those in functions and under TYPE_CHECKING count as well."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
PACKAGE = "ansible_collections.authkit.oauth.plugins."
#: From the bottom up. A file may import from its own package and from packages on earlier lines, so packages on one
#: line cannot import each other.
FLOORS = (
    "module_utils._words module_utils._record module_utils._maskable",
    "module_utils._errors module_utils._spellings",
    "module_utils._urls module_utils._masking module_utils._unforeseen module_utils._regular_file",
    "module_utils._http",
    "module_utils._options",
    "module_utils._oauth",
    "module_utils.token_client module_utils._api",
    "module_utils._realm.snapshot",
    "module_utils._realm.model",
    "module_utils._realm.partial_findings",
    "module_utils._realm.keycloak",
    "module_utils._realm.admin module_utils._realm.export module_utils._realm.outside",
    "module_utils._realm.checks",
    "module_utils._realm.accepted module_utils._realm.registry module_utils._realm.standards",
    "module_utils._realm.overrides module_utils._realm.problems",
    "module_utils._realm.policy",
    "module_utils._realm.audit module_utils._realm.target",
    "module_utils._realm.results module_utils._realm.diff module_utils._realm.auditor",
    "module_utils._realm.job",
    "plugin_utils._hit",
    "plugin_utils._reasons plugin_utils._secrets plugin_utils._old_templates plugin_utils._events "
    "plugin_utils._bytecode",
    "plugin_utils._templating",
    "plugin_utils._facts",
    "plugin_utils._ini plugin_utils._profiles",
    "plugin_utils._variables plugin_utils._store",
    "plugin_utils._documents",
    "plugin_utils._fetching",
    "plugin_utils._revoking",
    "plugin_utils._tokens plugin_utils._unknown_names",
    "plugin_utils._login plugin_utils._realm_diff",
    "plugin_utils._action plugin_utils._doctor plugin_utils._report plugin_utils._rotation",
    "plugin_utils._auditor",
    "plugin_utils._lookup_errors",
    "plugin_utils._lookup plugin_utils._inventory",
    "plugin_utils._receipt",
    "doc_fragments",
    "lookup action modules filter inventory callback",
)
FLOOR = {name: number for number, floor in enumerate(FLOORS) for name in floor.split()}

Imports = Mapping[str, "frozenset[str]"]


def imports_of(root: Path) -> Imports:
    """The files below a folder, dotted, and which of each other they import."""
    files = {".".join(path.relative_to(root).with_suffix("").parts): path for path in sorted(root.rglob("*.py"))}
    return {name: frozenset(_imported(name, ast.parse(path.read_text()), files)) for name, path in files.items()}


def _imported(importer: str, tree: ast.Module, files: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [(alias.name.removeprefix(PACKAGE), "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(importer.split(".")[: -node.level]) if node.level else ""
            base = f"{above}.{node.module or ''}".strip(".").removeprefix(PACKAGE)
            modules = [(base, alias.name) for alias in node.names]
        else:
            continue
        for module, name in modules:
            yield from [found for found in (f"{module}.{name}", module) if found in files][:1]


def package_of(name: str) -> str:
    """The entry of FLOORS that a file belongs to.

    :raises KeyError: no entry has the file.
    """
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        if ".".join(parts[:length]) in FLOOR:
            return ".".join(parts[:length])
    raise KeyError(name)


def climbing(imports: Imports) -> list[str]:
    """The imports that lead up, or to a neighbor."""
    return [
        f"{importer} -> {imported}"
        for importer, all_imported in imports.items()
        for imported in sorted(all_imported)
        if package_of(importer) != package_of(imported) and FLOOR[package_of(importer)] <= FLOOR[package_of(imported)]
    ]


def test_every_file_is_on_a_floor_and_no_floor_is_empty() -> None:
    assert {package_of(name) for name in imports_of(PLUGINS)} == set(FLOOR)


def test_imports_run_down() -> None:
    assert climbing(imports_of(PLUGINS)) == []


def test_imports_run_in_no_circle() -> None:
    TopologicalSorter(imports_of(PLUGINS)).prepare()  # raises CycleError, which names the cycle


@pytest.mark.parametrize(
    "line",
    [
        "from .._oauth import jwt",
        "def late():\n    from .._oauth.jwt import verified",
        "if TYPE_CHECKING:\n    from ..token_client import TokenClient",
        f"import {PACKAGE}module_utils._oauth.jwt",
    ],
)
def test_an_import_that_climbs_is_found(tmp_path: Path, line: str) -> None:
    for name in ("_http/model", "_oauth/jwt", "token_client"):
        path = tmp_path / "module_utils" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(line if name == "_http/model" else "")
    assert [found.split(" -> ")[0] for found in climbing(imports_of(tmp_path))] == ["module_utils._http.model"]
