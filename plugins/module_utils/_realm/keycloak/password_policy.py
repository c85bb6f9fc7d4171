# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A realm's passwordPolicy: rules such as `length(12) and notUsername(undefined)`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..snapshot.gaps import Json, NotEvaluated
from .settings import Malformed, text, whole


@dataclass(frozen=True)
class PasswordPolicy:
    """A parsed policy.

    :param rules: name -> value, empty if the rule has none.
    """

    rules: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.rules)

    def __contains__(self, rule: str) -> bool:
        return rule in self.rules

    def number(self, rule: str) -> int | None:
        """A rule's number; None if the policy lacks the rule. Raises NotEvaluated if the value is not a number."""
        if rule not in self.rules:
            return None
        try:
            return whole(self.rules, rule)
        except Malformed:
            raise NotEvaluated(f"The value of {rule} in the realm's password policy is not a whole number.") from None


def password_policy(realm: Json) -> PasswordPolicy:
    """The policy as Keycloak parses it; without rules if it is missing or empty. Raises NotEvaluated."""
    rules: dict[str, str] = {}
    for rule in text(realm, "passwordPolicy").split(" and "):
        name, _bracket, value = rule.strip().partition("(")
        if name:
            rules[name.strip()] = value[:-1].strip()
    return PasswordPolicy(rules)
