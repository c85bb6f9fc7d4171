# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an inventory file says: a client, a call of the API, and how an item becomes a host."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...module_utils._api.call import ApiCall, prepare
from ...module_utils._errors import HostNotAllowed, InvalidOption
from ...module_utils._options.client import OPTIONS, ClientOptions
from ...module_utils._options.table import TABLE
from .._action.arguments import validated
from .._action.shipping import call_parameters
from .._facts.rendering import PROFILES, Rendering, is_text
from .._store.key import encoded, store_key
from .._templating import is_encrypted
from .._variables import options_for
from .spec import ANSIBLE_SPEC, HOSTS_SPEC, PLUGIN, RENDERED, TOKEN_CACHE

#: How errors name the source of an option.
PLACE = "the inventory file"


@dataclass(frozen=True)
class Source:
    """A validated inventory file.

    :param host_name: the expression for a host's name, as Ansible loaded it.
    """

    options: ClientOptions = field(repr=False)
    call: ApiCall
    host_name: str
    strict: bool

    @property
    def fingerprint(self) -> str:
        """Differs for whatever the API may answer differently to. Contains no secret."""
        options, call = self.options, self.call
        # As the store tells tokens apart, but a client whose secret was renewed is the same client.
        users = (options.subject_token, options.assertion, options.refresh_token)
        digests = [hashlib.sha256(encoded(each)).hexdigest() if each else None for each in users]
        paging = call.paging.to_data() if call.paging else None
        asked = [call.url, sorted(call.headers.items()), paging, call.max_items]
        parts = json.dumps([store_key(options).parts, digests, asked])
        return hashlib.sha256(parts.encode()).hexdigest()[:16]


class InventoryFile:
    """The mapping in an inventory file, with Ansible's marks on its values.

    :param variables: the extra variables (-e), the only ones that an inventory source knows.
    """

    def __init__(self, config: Mapping[str, Any], variables: Mapping[str, Any], templar: Any) -> None:
        self._config, self._templar = config, templar
        profiles = {PROFILES: config[PROFILES]} if PROFILES in config else {}
        self.variables: dict[str, Any] = {**variables, **profiles}
        #: The file's values as far as they are rendered, for masking.
        self.values: dict[str, Any] = {}

    def source(self) -> Source:
        """Renders and validates the file. Contacts no server, unless a template does.

        :raises OptionError: an option is not valid.
        """
        _refuse_token_cache(self._config.get("cache"))
        self._templar.available_variables = self.variables
        rendering = Rendering(self._templar, self.variables)
        for name, value in self._config.items():
            if name in RENDERED:
                what = f"{name} in {PLACE}"
                self.values[str(name)] = rendering.rendered(value, what, text=is_text(str(name)) or name == "url")
        own = self._validated()
        connection = {name: own[name] for name in OPTIONS if name in own and name != "cache"}
        if TOKEN_CACHE in own:
            connection["cache"] = own[TOKEN_CACHE]
        options = options_for(connection, self.variables, self._templar, own.get("profile"), place=PLACE)
        return Source(options, _prepared(own, options), self._config["host_name"], bool(own["strict"]))

    def _validated(self) -> dict[str, Any]:
        others = {str(name): value for name, value in self._config.items() if name not in (PROFILES, *RENDERED)}
        given = {**others, **{name: value for name, value in self.values.items() if value is not None}}
        if not isinstance(given.get("host_name", ""), str):
            raise InvalidOption('host_name must be an expression in quotes, such as "authkit_item.name".')
        return validated(PLUGIN, HOSTS_SPEC, given, kind="-t inventory ").parameters


def _refuse_token_cache(value: object) -> None:
    if isinstance(value, str) and not is_encrypted(value) and value in TABLE["cache"].choices:
        raise InvalidOption(
            f"cache in an inventory file is Ansible's inventory cache, true or false: set {TOKEN_CACHE} to choose "
            "where tokens are kept."
        )


def _prepared(own: Mapping[str, Any], options: ClientOptions) -> ApiCall:
    parameters = {
        name: value
        for name, value in call_parameters(own, options).items()
        if name not in ANSIBLE_SPEC and name not in ("host_name", TOKEN_CACHE)
    }
    try:
        return prepare({**parameters, "method": "GET", "follow_redirects": "safe"})
    except HostNotAllowed as error:
        error.name_sources(f"allowed_hosts from {options.origins.get('allowed_hosts')}")
        raise
