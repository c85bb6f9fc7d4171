# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the page of all errors from the docstrings of their classes: a cause, then a next step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module

from ansible_collections.authkit.oauth import plugins
from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError
from ansible_collections.authkit.oauth.tests.tools.tree import ROOT

PAGE = ROOT / "docs" / "docsite" / "rst" / "errors.rst"
HEAD = """\
..
  Copyright (c) 2026 authkit contributors
  GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
  SPDX-License-Identifier: GPL-3.0-or-later

.. Written by make catalogue from the errors themselves.

.. _ansible_collections.authkit.oauth.docsite.errors:

Errors
======

.. contents::
   :local:
   :depth: 1

A failed task of ``authkit.oauth.api``, ``authkit.oauth.resource``, ``authkit.oauth.realm_check`` and
``authkit.oauth.doctor`` returns a sentence in ``msg``, with the cause and the next step, and the short name of the
error in ``error``. Sentences may change, names do not, so a play can tell errors apart by name:

.. code-block:: yaml

    - name: Read the record, which may not be there yet
      authkit.oauth.api:
        url: https://cmdb.example.com/api/hosts/web1
      register: record
      failed_when: record.failed and record.error != 'unexpected_status'

The lookup ``authkit.oauth.token`` raises only the sentence.
"""
OTHERS = "Everything else"


def kinds() -> list[type[AuthkitError]]:
    """All error classes that are raised, by short name."""
    for path in sorted((ROOT / "plugins").glob("*_utils/**/*.py")):
        if "class " in path.read_text(encoding="utf-8"):
            import_module(".".join([plugins.__name__, *path.relative_to(ROOT / "plugins").with_suffix("").parts]))
    return sorted(_raised(AuthkitError), key=lambda kind: kind.short_name())


def _raised(base: type[AuthkitError]) -> Iterator[type[AuthkitError]]:
    below = [kind for kind in base.__subclasses__() if kind.__module__.startswith(plugins.__name__)]
    if not below:
        yield base
    for kind in below:
        yield from _raised(kind)


def explained(kind: type[AuthkitError]) -> tuple[str, str]:
    """The cause and the next step, from the class's docstring."""
    cause, _space, step = " ".join((kind.__doc__ or "").split()).partition(". ")
    return f"{cause}.", step


def page(all_kinds: Sequence[type[AuthkitError]]) -> str:
    """The page's text."""
    groups: dict[str, list[type[AuthkitError]]] = {}
    for kind in all_kinds:
        groups.setdefault(_group(kind), []).append(kind)
    lines = [HEAD]
    for title in sorted(groups, key=lambda each: (each == OTHERS, each)):
        lines += [title, "-" * len(title), ""]
        for kind in groups[title]:
            cause, step = explained(kind)
            lines += [f"``{kind.short_name()}``", f"  {cause}", "", f"  *What to do:* {step}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _group(kind: type[AuthkitError]) -> str:
    base = kind.__mro__[1]
    return OTHERS if base is AuthkitError else (base.__doc__ or "").strip().rstrip(".")
