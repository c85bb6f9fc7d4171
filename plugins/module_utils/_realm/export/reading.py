# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads realms from the content of a file: what a file may be, and which of its realms are audited."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..._errors import InvalidOption
from ..._http.json_size import DEEPEST, depth, too_many_values
from ..._words import quoted
from ..snapshot.gaps import Json

#: Bytes. A realm with its users may be large, but a file larger than this is not a configuration to audit.
LARGEST_EXPORT = 128 * 1024 * 1024


def read_export(content: bytes, source: str) -> list[Json]:
    """The realms in an export file: one object, or a list of them.

    :param source: the file's name, for errors.
    :raises InvalidOption: the content is not a realm export.
    """
    data = _parsed(content, source)
    realms = data if isinstance(data, list) else [data]
    if not realms or not all(isinstance(each, Mapping) and isinstance(each.get("realm"), str) for each in realms):
        cut = content.lstrip()[:1] in (b"{", b"[") and data is None
        raise InvalidOption(
            f"{source} begins like a realm export but is not valid JSON, so it is truncated or damaged: export the "
            "realm again."
            if cut
            else f"{source} is not a realm export of Keycloak: export one with kc.sh export --file, or in the admin "
            "console with Realm settings > Action > Partial export."
        )
    return realms


def _parsed(content: bytes, source: str) -> Any:
    """The value of a JSON file; None if it is not JSON."""
    try:
        text_of = content.decode(json.detect_encoding(content))
        if too_many_values(text_of, LARGEST_EXPORT):
            raise InvalidOption(f"{source} takes too much memory: export the realm without its users.")
        data = json.loads(text_of)
    except (ValueError, RecursionError):
        return None
    if depth(data) > DEEPEST:
        raise InvalidOption(f"{source} is nested deeper than any realm export: export the realm again.")
    return data


def chosen_exports(realms: Sequence[Json], names: Sequence[str], source: str) -> list[Json]:
    """The realms with these names, or all if none is named. Raises InvalidOption for an unknown name."""
    found = {str(realm["realm"]): realm for realm in realms}
    for name in names:
        if name not in found:
            raise InvalidOption(
                f"{source} does not hold the realm {quoted(name)}, but {', '.join(map(quoted, found))}: check realms."
            )
    return [found[name] for name in names] if names else list(realms)
