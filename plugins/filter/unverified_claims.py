# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The claims of a token that nobody has verified."""

from __future__ import annotations

DOCUMENTATION = r"""
name: unverified_claims
short_description: Claims of a JWT, without any verification
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Decodes the claims of a token. Needs no network and no keys.
  - B(Nothing is verified.) Anybody can make a token with any claims, so never decide anything on them that matters.
    M(authkit.oauth.token_info) verifies a token.
  - The token is not in the result, but claims such as C(sub) and C(email) name people.
options:
  _input:
    description: A JWT (RFC 7519) of at most 64 KiB.
    type: str
    required: true
seealso:
  - module: authkit.oauth.token_info
"""

EXAMPLES = r"""
- name: Show when the token that this play uses expires
  ansible.builtin.debug:
    msg: "{{ '%c' | ansible.builtin.strftime((lookup('authkit.oauth.token') | authkit.oauth.unverified_claims).exp) }}"
"""

RETURN = r"""
_value:
  description: The claims, unverified.
  type: dict
  sample: {iss: "https://sso.example.com/realms/erp", sub: "f3a5c0de", exp: 1796083200}
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils._errors import InvalidOption
from ..module_utils._http.json_size import DEEPEST, depth
from ..module_utils._oauth.jwt_parts import unverified_claims
from ..module_utils._oauth.token_answer import LONGEST_TOKEN
from ..plugin_utils._report.filters import as_filter


def claims_of(token: object) -> Any:
    """The claims. Ansible evaluates no expression in them: anybody may have written one there."""
    if not isinstance(token, str):
        raise InvalidOption("unverified_claims takes a token as text: give it a JWT.")
    if len(token) > LONGEST_TOKEN:
        raise InvalidOption(f"unverified_claims takes a token of at most {LONGEST_TOKEN // 1024} KiB: give it a JWT.")
    claims = unverified_claims(token.strip())
    if claims is None or depth(claims) > DEEPEST:
        raise InvalidOption(
            "unverified_claims takes a JWT, and this is none: use authkit.oauth.token_info, which has the server asked "
            "about an opaque token."
        )
    return wrap_var(dict(claims))


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {"unverified_claims": as_filter(claims_of)}
