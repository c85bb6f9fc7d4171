# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument spec of authkit.oauth.api."""

from __future__ import annotations

from typing import Any

from .._http.redirects import FOLLOW_REDIRECTS, SAFE
from .._options.spec import CONNECTION_SPEC
from .bodies import BODY_FORMATS
from .paging.options import PAGING_SPEC
from .results import JSON_LIMIT

MODULE = "authkit.oauth.api"
FAIL_FAST, COLLECT = "fail_fast", "collect"
#: The most calls that a task makes at once, and so the connections that it opens to one server.
MOST_AT_ONCE = 64
API_SPEC: dict[str, dict[str, Any]] = {
    "url": {"type": "str"},
    "requests": {"type": "list", "elements": "dict"},
    "concurrency": {"type": "int", "default": 10},
    "on_error": {"type": "str", "choices": [FAIL_FAST, COLLECT], "default": FAIL_FAST},
    "method": {"type": "str", "default": "GET"},
    "headers": {"type": "dict"},
    "query": {"type": "raw"},
    "body": {"type": "raw"},
    "body_base64": {"type": "str"},
    "body_format": {"type": "str", "choices": list(BODY_FORMATS)},
    "src": {"type": "str"},
    "dest": {"type": "str"},
    "mode": {"type": "raw"},
    "creates": {"type": "str"},
    "removes": {"type": "str"},
    "force": {"type": "bool", "default": False},
    "use_proxy": {"type": "bool", "default": True},
    "status_code": {"type": "list", "elements": "int"},
    "return_content": {"type": "bool"},
    "json_limit": {"type": "int", "default": JSON_LIMIT},
    "follow_redirects": {"type": "str", "choices": list(FOLLOW_REDIRECTS), "default": SAFE},
    "idempotency_key": {"type": "str", "no_log": False},
    "deadline": {"type": "float"},
    **PAGING_SPEC,
    "paginate_from": {"type": "dict"},
    "access_token": {"type": "str", "no_log": True},
    "renewable_token": {"type": "bool", "default": False, "no_log": False},
    "dpop_proofs": {"type": "list", "elements": "str", "no_log": True},
}
ARGUMENT_SPEC: dict[str, dict[str, Any]] = {**CONNECTION_SPEC, **API_SPEC}
