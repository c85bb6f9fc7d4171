# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which values of a resource are secret, and which of them the server has replaced by a mask.

A mask is not the value: it is never compared, and never sent back, since a server may store it as the new secret
(terraform-provider-keycloak#1576).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from ..._masking import MASK
from .paths import NO_PATHS, Path, Paths

#: A mask of a secret: asterisks, dots, plus signs or crosses alone, or a placeholder of AWX, Grafana, Vault and others.
_MASKS = re.compile(
    r"\*{3,}|[\u2022\u25cf]{3,}|\+{8,}|X{8,}|\$encrypted\$|[<(\[](?:redacted|masked|hidden|sensitive|secret)[>)\]]"
    r"|VALUE_SPECIFIED_IN_NO_LOG_PARAMETER",
    re.IGNORECASE,
)
_WORDS = r"authorization|credential|pass|pwd|(?:access|api|private|secret|shared)[-_.]?key"
#: A name whose last word means a secret: clientSecret, db_password, apiKey; not tokenUrl or passwordPolicy.
_SECRET_NAME = re.compile(rf"(?:.*[-_.\s])?(?:{_WORDS})s?|.*(?:passwd|password|passphrase|secret|token)s?", re.I)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
#: A name whose value is secret if it is a number, too. Others count something: tokens: 100.
_NUMERIC = re.compile(r".*(?:passwd|password|passphrase|pwd|secret|pin)s?", re.I)
#: Members of a secret structure, such as a Keycloak user's credentials, that say what it is.
_HARMLESS = frozenset(
    {"alg", "algorithm", "created", "createddate", "id", "kind", "label", "name", "priority", "temporary", "type"}
    | {"userlabel", "username"}
)
#: Whether a value is within a secret, and what says so: a name, write_only, or secret_fields.
_OUTSIDE, _BY_NAME, _WRITE_ONLY, _BY_PATH = 0, 1, 2, 3
CHANGED = f"{MASK} (changed)"


class Secrets:
    """Tells which values are secret, and which are masks.

    :param fields: paths to values that are secret whatever their name is, with all that they have.
    :param masks: texts that are masks in addition to the usual ones.
    :param write_only: paths to secrets that may have members that are none, such as the type of a credential.
    """

    def __init__(self, fields: Paths = NO_PATHS, masks: Collection[str] = (), write_only: Paths = NO_PATHS) -> None:
        self._fields, self._masks, self._write_only = fields, frozenset(masks), write_only

    def is_mask(self, value: object) -> bool:
        """Whether a value stands for a secret that the server does not show. So does a list that has a mask."""
        if isinstance(value, list):
            return any(isinstance(item, str) and self.is_mask(item) for item in value)
        return isinstance(value, str) and (value in self._masks or bool(_MASKS.fullmatch(value)))

    def in_value(self, value: object) -> list[str]:
        """The texts of all secrets in a value, masks excluded."""
        found = (str(leaf) for secret, leaf, _path in self._leaves(value, (), _OUTSIDE) if secret)
        return [text for text in found if text and not self.is_mask(text)]

    def masked(self, value: Any, other: Any = None) -> Any:
        """The value with its secrets masked.

        :param other: the value before; where a secret differs from that one, the mask says so.
        """
        return self._shown(value, other, (), _OUTSIDE)

    def _shown(self, value: Any, other: Any, path: Path, inside: int) -> Any:
        if isinstance(value, Mapping):
            before = other if isinstance(other, Mapping) else {}
            return {
                key: self._shown(item, before.get(key), (*path, key), self._inside(key, (*path, key), inside))
                for key, item in value.items()
            }
        if isinstance(value, list):
            old = other if isinstance(other, list) and len(other) == len(value) else [None] * len(value)
            return [self._shown(item, before, path, inside) for item, before in zip(value, old)]
        if not _is_secret(value, path, inside):
            return value
        return MASK if other is None or other == value or self.is_mask(other) else CHANGED

    def _leaves(self, value: object, path: Path, inside: int) -> Iterator[tuple[bool, object, Path]]:
        if isinstance(value, Mapping):
            for key, item in value.items():
                deeper = (*path, str(key))
                yield from self._leaves(item, deeper, self._inside(str(key), deeper, inside))
        elif isinstance(value, list):
            for item in value:
                yield from self._leaves(item, path, inside)
        else:
            yield _is_secret(value, path, inside), value, path

    def _inside(self, key: str, path: Path, inside: int) -> int:
        if inside == _BY_PATH or path in self._fields:
            return _BY_PATH
        if path in self._write_only:
            return _WRITE_ONLY
        if inside and key.lower() in _HARMLESS:
            return _OUTSIDE
        return max(inside, _BY_NAME if looks_secret(key) else _OUTSIDE)


@lru_cache(maxsize=4096)
def looks_secret(name: str) -> bool:
    """Whether a member's name says that its value is a secret."""
    return bool(_SECRET_NAME.fullmatch(_HUMP.sub("_", name)))


def _is_secret(value: object, path: Path, inside: int) -> bool:
    if inside == _OUTSIDE or value is None or isinstance(value, bool):
        return False
    if isinstance(value, str) or inside >= _WRITE_ONLY:
        return True
    return not looks_secret(path[-1]) or bool(_NUMERIC.fullmatch(path[-1]))
