# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of all guides and plugins: ``python tests/tools/examples.py FOLDER`` writes them for ansible-lint.

A comment in a page's source, before the block, exempts it from the tests that run examples: ``.. not run: reason``, or
``<!-- not run: reason -->`` in Markdown. A comment in a block's first line names its file: ``# group_vars/all.yml``.
"""

from __future__ import annotations

import ast
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "roles/*/README.md", "docs/docsite/rst/*.rst")
PLUGINS = ("plugins/lookup/*.py", "plugins/modules/*.py", "plugins/filter/*.yml", "plugins/filter/*.py")
START = {
    ".rst": re.compile(r"^(?P<indent> *)\.\. code-block:: (?P<kind>\S+)$"),
    ".md": re.compile(r"^(?P<indent> *)```(?P<kind>\w\S*)$"),
}
EXEMPT = re.compile(r"^(?:\.\.|<!--) not run: (?P<reason>.+?)(?: -->)?$")
NAMED = re.compile(r"\A# (?P<file>[\w./-]+\.(?:yml|yaml|json|sh))(?::.*)?$", re.MULTILINE)
#: Files that are no playbooks, tasks or variables, and whose form ansible-lint knows.
SCHEMAS = {"execution-environment.yml": "execution-environment", "requirements.yml": "requirements"}


class Lenient(yaml.SafeLoader):
    """Reads Ansible's own tags as plain values."""


Lenient.add_multi_constructor("!", lambda loader, _suffix, node: loader.construct_scalar(node))


@dataclass(frozen=True)
class Block:
    """One block of a page; ``line`` is its first line there, ``exempt`` why no test runs it."""

    page: str
    line: int
    kind: str
    text: str
    exempt: str = ""

    @property
    def file(self) -> str:
        """The file that its first line names, or an empty text."""
        found = NAMED.match(self.text)
        return found["file"] if found else ""

    @property
    def is_yaml(self) -> bool:
        return self.kind.startswith("yaml")

    @property
    def content(self) -> Any:
        return yaml.load(self.text, Loader=Lenient)

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


def of_page(path: Path) -> Iterator[Block]:
    """All code blocks of a page."""
    lines = path.read_text(encoding="utf-8").splitlines()
    name, exempt, at = path.relative_to(ROOT).as_posix(), "", 0
    while at < len(lines):
        line, at = lines[at], at + 1
        if found := EXEMPT.match(line.strip()):
            exempt = found["reason"]
        elif start := START[path.suffix].match(line):
            begin, at = at, _end(lines, at, path.suffix, len(start["indent"]))
            body = textwrap.dedent("\n".join(lines[begin:at])).strip("\n") + "\n"
            blank = next((number for number, text in enumerate(lines[begin:]) if text.strip()), 0)
            yield Block(name, begin + blank + 1, start["kind"], body, exempt)
            exempt = ""
        elif line.strip():
            exempt = ""


def _end(lines: list[str], at: int, suffix: str, indent: int) -> int:
    """The number of the first line after a block."""
    if suffix == ".md":
        return next(number for number in range(at, len(lines)) if lines[number].strip() == "```")
    outside = re.compile(rf" {{0,{indent}}}\S")
    return next((number for number in range(at, len(lines)) if outside.match(lines[number])), len(lines))


def of_plugin(path: Path) -> Iterator[Block]:
    """The examples in a plugin's documentation."""
    name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
    if path.suffix == ".yml":
        found = yaml.safe_load(text).get("EXAMPLES")
        if found:
            yield Block(name, text[: text.index("EXAMPLES")].count("\n") + 1, "yaml", found)
        return
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EXAMPLES":
            yield Block(name, node.lineno + 1, "yaml", str(ast.literal_eval(node.value)).lstrip("\n"))


def pages() -> list[list[Block]]:
    """The blocks of each page that has some."""
    found = [list(of_page(path)) for pattern in PAGES for path in sorted(ROOT.glob(pattern))]
    return [blocks for blocks in found if blocks]


def everything() -> list[Block]:
    """The YAML blocks of all pages and plugins."""
    blocks = [block for page in pages() for block in page if block.is_yaml]
    return blocks + [found for pattern in PLUGINS for path in sorted(ROOT.glob(pattern)) for found in of_plugin(path)]


def kind_of(content: Any) -> str:
    """``playbooks``, ``tasks`` or ``vars``; an empty text for other data."""
    if isinstance(content, list) and content and all(isinstance(each, dict) for each in content):
        return "playbooks" if any({"hosts", "import_playbook"} & set(each) for each in content) else "tasks"
    if isinstance(content, dict) and all(re.fullmatch(r"[a-z]\w*_\w+", str(key)) for key in content):
        return "vars"
    return ""


def parts(block: Block) -> Iterator[tuple[str, str]]:
    """A block's kind and text; a list of tasks and plays in turn, as EXAMPLES may have, is divided."""
    content = block.content
    if kind_of(content) != "playbooks":
        yield kind_of(content), block.text
        return
    root = yaml.compose(block.text, Loader=Lenient)
    starts = [0, *(node.start_mark.line for node in root.value[1:])] if root else []
    lines = block.text.splitlines(keepends=True)
    ends = [*starts[1:], len(lines)]
    kinds = [kind_of([each]) for each in content]
    for number, (start, kind) in enumerate(zip(starts, kinds, strict=True)):
        if number == 0 or kind != kinds[number - 1]:
            last = next((later for later in range(number, len(kinds)) if kinds[later] != kind), len(kinds)) - 1
            yield kind, "".join(lines[start : ends[last]]).rstrip("\n") + "\n"


def write(folder: Path) -> list[Path]:
    """Write all examples, a folder for each page, with a configuration for ansible-lint; returns what it checks."""
    kinds: dict[str, str] = {}
    for block in everything():
        stem = re.sub(r"\W+", "_", block.page).strip("_")
        for number, (kind, text) in enumerate(parts(block)):
            named = "" if block.file.startswith("group_vars") else block.file
            name = f"{stem}/{named or f'{block.line}{chr(97 + number)}.yml'}"
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text("---\n" + text, encoding="utf-8")
            kind = kind or SCHEMAS.get(block.file, "")
            if kind:
                kinds[name] = {"playbooks": "playbook"}.get(kind, kind)
    configured = {"profile": "production", "offline": True, "kinds": [{kind: name} for name, kind in kinds.items()]}
    (folder / ".ansible-lint").write_text(yaml.safe_dump(configured), encoding="utf-8")
    return [folder / name for name in kinds]


if __name__ == "__main__":
    print(*write(Path(sys.argv[1])), sep="\n")
