# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The short name `authkit.token`: add this folder to lookup_plugins or ANSIBLE_LOOKUP_PLUGINS to enable it."""

from __future__ import annotations

DOCUMENTATION = r"""
name: authkit.token
short_description: OAuth 2.0 access token, by its short name
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Runs P(authkit.oauth.token#lookup). See there for options, examples and return values.
options:
  _terms:
    description: Names of clients in the variable C(authkit_profiles).
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Look at the length of a token
  ansible.builtin.debug:
    msg: "{{ lookup('authkit.token') | length }}"
"""

RETURN = r"""
_raw:
  description: What P(authkit.oauth.token#lookup) returns.
  type: list
  elements: raw
"""

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.loader import lookup_loader
from ansible.plugins.lookup import LookupBase

REAL_NAME = "authkit.oauth.token"


class LookupModule(LookupBase):  # type: ignore[misc]
    """Runs the real lookup."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        real = lookup_loader.get(REAL_NAME, loader=self._loader, templar=self._templar)
        if real is None:
            raise AnsibleLookupError(f"The collection authkit.oauth with its lookup {REAL_NAME} is not installed.")
        return list(real.run(terms, variables=variables, **kwargs))
