# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recognizes files that a realm check wrote, so that a later run may replace them.

Baselines and waivers are edited by hand and can be anywhere, so they are parsed completely. A report is recognized by
its beginning, as every version so far has written it: it may be huge, and its directory holds only reports.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from ...module_utils._realm.accepted.baseline import LARGEST_BASELINE
from ...module_utils._realm.results.report_files import REMEDIATION, REPORTS

_MIB = 1024**2
_HEAD = 65536
_WAIVERS = "realm_check_waivers"
#: Ansible's own choice: libyaml if it is installed. Only its events are used, so tags and aliases create no objects.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    :param name: for sentences, with its article.
    :param largest: the most bytes that are read.
    :param whole: whether a larger file is refused instead of recognized by its beginning.
    """

    name: str
    largest: int
    whole: bool
    recognised: Callable[[bytes], bool]


def is_baseline(content: bytes) -> bool:
    """Whether this is a JSON object with a version and a list of findings, each with a fingerprint."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return False
    if not isinstance(value, dict) or "version" not in value or not isinstance(value.get("findings"), list):
        return False
    return all(isinstance(each, dict) and isinstance(each.get("fingerprint"), str) for each in value["findings"])


def is_waivers(content: bytes) -> bool:
    """Whether this is a YAML document that sets realm_check_waivers, a list of mappings, and nothing else."""
    try:
        return _is_waivers(content)
    except (yaml.YAMLError, UnicodeError):
        return False


def _is_waivers(content: bytes) -> bool:
    """Decides by the parser's events: the document at depth 0, keys and values at 1, the items of the list at 2."""
    levels: list[list[Any]] = [[], [], []]
    depth = 0
    for event in yaml.parse(content, Loader=_LOADER):
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.NodeEvent):
            if isinstance(event, yaml.AliasEvent):
                return False
            if depth < len(levels):
                levels[depth].append(event)
            depth += isinstance(event, yaml.CollectionStartEvent)
    root, top, items = levels
    if len(root) != 1 or not isinstance(root[0], yaml.MappingStartEvent) or len(top) != 2:
        return False
    key, value = top
    if not isinstance(key, yaml.ScalarEvent) or key.value != _WAIVERS:
        return False
    if isinstance(value, yaml.ScalarEvent):
        return value.value in ("", "~", "null")
    return isinstance(value, yaml.SequenceStartEvent) and all(
        isinstance(item, yaml.MappingStartEvent) for item in items
    )


def _report(name: str, pattern: bytes) -> Kind:
    begins = re.compile(pattern, re.DOTALL)
    return Kind(f"a {name} of the realm check", _HEAD, False, lambda content: begins.match(content) is not None)


BASELINE = Kind("a baseline of the realm check", LARGEST_BASELINE, True, is_baseline)
WAIVERS = Kind(f"a file with {_WAIVERS} and nothing else", 4 * _MIB, True, is_waivers)
#: Reports by file name.
KINDS: Mapping[str, Kind] = {
    name: _report(name, pattern)
    for name, pattern in {
        REPORTS["json"]: (
            rb'\s*\{\s*("schema_version"\s*:\s*\d+\s*,\s*"tool"\s*:\s*\{[^{}]*\}.{0,99}?)?'
            rb'"realms"\s*:\s*\[\s*(\]|\{\s*"(realm|server|summary|checks|remediation)"\s*:)'
        ),
        REPORTS["sarif"]: rb'\s*\{.*"name"\s*:\s*"authkit\.oauth\.realm_check"',
        REPORTS["junit"]: rb'\s*<\?xml [^>]*>\s*<testsuites name="authkit\.oauth\.realm_check"',
        REPORTS["markdown"]: rb"\s*# Realm check: ",
        REPORTS["html"]: rb"\s*<!doctype html>.*<title>Realm check: ",
        REMEDIATION: (
            rb"(?:---[ \t]*\n|#[^\n]*\n|\s)*?"
            rb"(?:# One task for each finding of a realm check|- name: Remediation of realm \d|"
            rb"# What a realm check found and a change of settings ends)"  # before 0.1.0
        ),
    }.items()
}
