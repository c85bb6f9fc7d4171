# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a file of YAML that somebody else may have written: its values are bounded, and it makes no objects."""

from __future__ import annotations

from collections import Counter
from typing import Any

import yaml

from ...module_utils._errors import InvalidOption
from ...module_utils._http.json_size import DEEPEST
from ...module_utils._words import quoted

#: Bytes.
LARGEST_YAML = 8 * 1024 * 1024
#: The most values of a file, each as often as aliases repeat it. PyYAML makes some 100,000 a second.
MOST_VALUES = 300_000
#: A longer number is text: Python needs quadratic time for it.
_LONGEST_NUMBER = 40
_TEXT = "tag:yaml.org,2002:str"
_MERGE = "tag:yaml.org,2002:merge"
_INTEGER, _FLOAT = "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"
#: Dates stay text, as they are in JSON.
_PLAIN = frozenset({_MERGE, _INTEGER, _FLOAT, "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null"})
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def documents(content: bytes, source: str) -> list[Any]:
    """The documents of a YAML file as data of JSON. A document that is a list counts as its items.

    :param source: the file's name, for errors.
    :raises InvalidOption: it is not YAML, or has what a realm file does not need: tags, duplicate keys, aliases that
        multiply.
    """
    try:
        _Bounds(source).check(content)
        found = [each for each in yaml.load_all(content, _loader(source)) if each is not None]
    except yaml.YAMLError as error:
        raise _invalid(error, source) from None
    except (ValueError, RecursionError):
        raise InvalidOption(f"{source} is not valid YAML: check it with a linter.") from None
    return [part for each in found for part in (each if isinstance(each, list) else [each])]


def _invalid(error: yaml.YAMLError, source: str) -> InvalidOption:
    """An error that says where, but not what: a line may hold a secret."""
    mark = getattr(error, "problem_mark", None)
    where = f" at line {mark.line + 1}" if mark is not None else ""
    return InvalidOption(
        f"{source} is not valid YAML{where}: check it with a linter, and quote values that contain {{{{ }}}}."
    )


class _Bounds:
    """Counts the values of a file before they are made."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._anchors: dict[object, int] = {}
        #: The containers that are open: each with its anchor and its size so far.
        self._open: list[tuple[str | None, int]] = []
        self._total = 0

    def check(self, content: bytes) -> None:
        """Raises InvalidOption, or yaml.YAMLError."""
        for event in yaml.parse(content, _SafeLoader):
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors.clear()
            elif isinstance(event, yaml.AliasEvent):
                if event.anchor not in self._anchors:
                    self._refuse("an alias without an anchor before it, or within it")
                self._count(self._anchors[event.anchor])
            elif isinstance(event, yaml.NodeEvent):
                self._node(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                anchor, size = self._open.pop()
                self._ended(anchor, size)

    def _node(self, event: Any) -> None:
        if event.tag is not None:
            self._refuse(f"the tag {quoted(str(event.tag)[:40])}, and a realm file needs none")
        if isinstance(event, yaml.CollectionStartEvent):
            self._open.append((event.anchor, 1))
            if len(self._open) > DEEPEST:
                self._refuse(f"more than {DEEPEST} levels")
        else:
            self._ended(event.anchor, 1)

    def _ended(self, anchor: str | None, size: int) -> None:
        if anchor is not None:
            self._anchors[anchor] = size
        self._count(size)

    def _count(self, size: int) -> None:
        """Adds a value to the container that it is in. What is in no container is a document."""
        if self._open:
            anchor, before = self._open[-1]
            size += before
            self._open[-1] = (anchor, size)
        else:
            self._total = size = self._total + size
        if size > MOST_VALUES:
            self._refuse(f"more than {MOST_VALUES} values, those behind aliases included")

    def _refuse(self, what: str) -> None:
        raise InvalidOption(f"{self._source} has {what}: write it without.")


def _loader(source: str) -> Any:
    """A loader for what JSON can express: keys are text and occur once. Its errors name the file."""
    made: Any = type("Loader", (_Strict, _SafeLoader), {"source": source})
    made.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in found if tag in _PLAIN]
        for first, found in _SafeLoader.yaml_implicit_resolvers.items()
    }
    for tag in (_INTEGER, _FLOAT):
        made.add_constructor(tag, _number)
    return made


class _Strict:
    source = ""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
        """A mapping. Raises InvalidOption for a key that occurs twice, or is not a scalar."""
        line = node.start_mark.line + 1
        keys = [key for key, _value in node.value if key.tag != _MERGE]
        if not all(isinstance(key, yaml.ScalarNode) for key in keys):
            raise InvalidOption(
                f"{self.source} has a key that is not text below line {line}: quote values with {{{{ }}}}."
            )
        (twice, times), *_rest = [*Counter(key.value for key in keys).most_common(1), ("", 0)]
        if times > 1:
            raise InvalidOption(f"{self.source} has the key {quoted(twice[:80])} twice below line {line}: remove one.")
        for key in keys:
            key.tag = _TEXT
        parent: Any = super()
        made: dict[str, Any] = parent.construct_mapping(node, deep=deep)
        return made


def _number(loader: Any, node: Any) -> Any:
    """A number that is short enough; else its text."""
    if len(node.value) > _LONGEST_NUMBER:
        return node.value
    return loader.construct_yaml_int(node) if node.tag == _INTEGER else loader.construct_yaml_float(node)
