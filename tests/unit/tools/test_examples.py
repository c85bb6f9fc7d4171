# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of the documentation: how they are found, and which of them no test runs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from ansible_collections.authkit.oauth.tests.tools import examples
from ansible_collections.authkit.oauth.tests.tools.examples import Block, everything, kind_of, of_page, pages, parts

#: The number of blocks on each page that no test runs; the page's source says why. A new one belongs here.
NOT_RUN: dict[str, int] = {"docs/docsite/rst/guide_paging.rst": 1, "docs/docsite/rst/guide_realm_check.rst": 1}

RST = """
.. code-block:: yaml+jinja

    # group_vars/all.yml: for all hosts
    authkit_realm: "{{ realm }}"

Text.

.. not run: needs AWX

.. code-block:: yaml

   - name: A task
     ansible.builtin.ping:

   - name: A play
     hosts: all

   - name: Another task
     ansible.builtin.ping:

Not in the block.

.. code-block:: console

    $ ls
"""


def test_blocks_that_no_test_runs_are_counted() -> None:
    assert Counter(block.page for page in pages() for block in page if block.exempt) == NOT_RUN


def test_every_yaml_block_is_a_playbook_tasks_or_variables_or_names_its_file() -> None:
    assert [block.place for block in everything() if not kind_of(block.content) and not block.file] == []


def test_the_pages_are_found() -> None:
    found = {block.page for block in everything()}
    assert {"README.md", "docs/docsite/rst/guide_api.rst", "plugins/modules/api.py", "plugins/lookup/token.py"} <= found


def test_a_page_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "ROOT", tmp_path)
    (tmp_path / "page.rst").write_text(RST, encoding="utf-8")
    first, second, third = of_page(tmp_path / "page.rst")
    assert (first.file, first.line, first.exempt, kind_of(first.content)) == ("group_vars/all.yml", 4, "", "vars")
    assert (second.exempt, second.line, third.exempt, third.text) == ("needs AWX", 13, "", "$ ls\n")
    assert [kind for kind, _text in parts(second)] == ["tasks", "playbooks", "tasks"]
    assert [yaml.safe_load(text)[0]["name"] for _kind, text in parts(second)] == ["A task", "A play", "Another task"]


def test_a_markdown_page_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "ROOT", tmp_path)
    page = "<!-- not run: needs Okta -->\n```yaml\na_b: !vault |\n  x\n```\n\n```bash\nls\n```\n"
    (tmp_path / "page.md").write_text(page, encoding="utf-8")
    first, second = of_page(tmp_path / "page.md")
    assert first == Block("page.md", 3, "yaml", "a_b: !vault |\n  x\n", "needs Okta")
    assert first.content == {"a_b": "x\n"}
    assert (second.text, second.exempt) == ("ls\n", "")
