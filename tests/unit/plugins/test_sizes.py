# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files and functions stay small, and imports of our own files are a small part of the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
LONGEST_FILE, LONGEST_FUNCTION = 400, 40
#: The largest share of lines of code, without blank lines and comments, that import files of the collection.
MOST_IMPORTS = 0.06


def too_long(root: Path) -> Iterator[str]:
    """The files and functions below a folder that are too long, with their lines."""
    for path in sorted(root.rglob("*.py")):
        text = path.read_text()
        if (lines := len(text.splitlines())) > LONGEST_FILE:
            yield f"{path.relative_to(root)}: {lines}"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _length(node) > LONGEST_FUNCTION:
                yield f"{path.relative_to(root)}, {node.name}: {_length(node)}"


def _length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_files_and_functions_are_short() -> None:
    assert list(too_long(PLUGINS)) == []


def test_what_is_too_long_is_found(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("x = 1\n" * 401)
    (tmp_path / "function.py").write_text("def grown():\n" + "    x = 1\n" * 40)
    assert list(too_long(tmp_path)) == ["function.py, grown: 41", "long.py: 401"]


def test_few_lines_are_imports_of_ours() -> None:
    imports = code = 0
    for path in PLUGINS.rglob("*.py"):
        text = path.read_text()
        code += sum(1 for line in text.splitlines() if line.strip() and not line.strip().startswith("#"))
        nodes = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom) and node.level)
        imports += sum(_length(node) for node in nodes)
    assert imports < MOST_IMPORTS * code
