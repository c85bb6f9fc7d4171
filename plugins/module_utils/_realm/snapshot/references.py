# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""References to values that a realm file does not contain: variables of the import, of a template or of a vault.

A file is searched for them while it is read. A live realm holds values: there, the same text is the value itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: No reference is longer, so that text full of opening braces is read in linear time.
_LONGEST = 400
#: Keycloak's own ${authBaseUrl} and ${authAdminUrl} stand for the server's addresses.
_BRACED = rf"\$\{{(?!auth(?:Base|Admin)Url\}})([^{{}}]{{1,{_LONGEST}}})\}}"
_COMMAND = rf"\$\(([A-Za-z_][^()]{{0,{_LONGEST}}})\)"
_TEMPLATE = rf"\{{\{{([^{{}}]{{1,{_LONGEST}}})\}}\}}"
_QUESTION = r"\?()[A-Z][A-Z0-9_]{2,40}\?"
_REFERENCE = re.compile("|".join((_BRACED, _COMMAND, _TEMPLATE, _QUESTION)))
#: What a template falls back to: {{ X | default('changeme') }} in Jinja, {{ default "changeme" .X }} in Helm.
_TEMPLATE_DEFAULT = re.compile(r"""\bdefault(?:\(\s*|\s+)(?:'([^']*)'|"([^"]*)")""")
_OPENERS = ("${", "$(", "{{", "?")
#: Names and texts for people, in which Keycloak itself writes ${client_account}, and templates of its own such as
#: resource_access.${client_id}.roles.
_NAMES = frozenset(
    {
        "alias",
        "authenticatorConfig",
        "claim.name",
        "clientId",
        "consent.screen.text",
        "consentText",
        "containerId",
        "description",
        "displayName",
        "displayNameHtml",
        "email",
        "firstName",
        "flowAlias",
        "id",
        "kc.user.profile.config",
        "keycloakVersion",
        "lastName",
        "localizationTexts",
        "name",
        "path",
        "realm",
        "template",
        "username",
    }
)


class Reference(str):
    """A text of a file that is a reference, or contains one.

    :ivar default: the whole text with the default of each reference; None if it has none.
    """

    @property
    def default(self) -> str | None:
        """What the import sets if nothing defines the variable."""
        missing = False

        def replaced(match: re.Match[str]) -> str:
            nonlocal missing
            found = _default(match)
            missing = missing or not found
            return found or ""

        text = _REFERENCE.sub(replaced, str(self))
        return None if missing or _REFERENCE.search(text) else text


def marked(value: Any, key: object = "") -> Any:
    """The JSON data with each text that is a reference as a Reference. What has none is returned as it is.

    Raises RecursionError if it is nested too deeply.
    """
    if isinstance(value, str):
        return Reference(value) if _refers(value) and key not in _NAMES else value
    if isinstance(value, Mapping):
        if key in _NAMES:
            return value
        changed = {name: new for name, part in value.items() if (new := marked(part, name)) is not part}
        return {**value, **changed} if changed else value
    if isinstance(value, list):
        parts = [marked(part, key) for part in value]
        return parts if any(new is not old for new, old in zip(parts, value)) else value
    return value


def _refers(text: str) -> bool:
    return any(opener in text for opener in _OPENERS) and _REFERENCE.search(text) is not None


def _default(match: re.Match[str]) -> str:
    braced, command, template, _question = match.groups()
    if template is not None:
        found = _TEMPLATE_DEFAULT.search(template)
        return (found.group(1) or found.group(2) or "") if found else ""
    if command is not None:  # as in $(env:NAME:-default)
        return str(command.partition(":-")[2])
    # Keycloak separates a default with a colon, a shell with a colon and a dash.
    return str(braced or "").partition(":")[2].removeprefix("-") if braced and not braced.startswith("vault.") else ""
