# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps secrets and tokens out of a task's result, however they are spelled there."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from ansible.module_utils.common.parameters import remove_values, sanitize_keys

# A shorter secret is no secret, and masking it would tear every other value to pieces.
SHORTEST = 4


def spellings(secrets: Iterable[str]) -> frozenset[str]:
    """The secrets as they are, and as JSON, URLs, forms and HTML spell them."""
    return frozenset(
        spelling for secret in secrets if len(secret) >= SHORTEST for spelling in (secret, *_spelled(secret))
    )


def without_secrets(result: dict[str, Any], secrets: Iterable[str]) -> dict[str, Any]:
    """The result with every occurrence of a secret masked, in keys and values, with ansible-core's own words."""
    searched = spellings(secrets)
    if not searched or not _mentions(result, searched):
        return result  # walking a large answer with remove_values costs seconds
    return dict(sanitize_keys(remove_values(result, searched), searched))


def _spelled(secret: str) -> set[str]:
    return {
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        html.escape(secret),
    }


def _mentions(result: object, searched: Iterable[str]) -> bool:
    texts: list[str] = []
    waiting: list[object] = [result]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, Mapping):
            waiting.extend(value.keys())
            waiting.extend(value.values())
        elif isinstance(value, (list, tuple)):
            waiting.extend(value)
        elif value is not None and not isinstance(value, bool):
            texts.append(str(value))
    whole = "\n".join(texts)
    return any(secret in whole for secret in searched)
