# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connection options: one argument spec, one validated frozen dataclass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from .._errors import InvalidOption, OptionError
from .._urls import host_allowed
from .layers import HOW, OPTIONS, WHAT, WHERE, WHO, Choice, Layer, choose, sources
from .values import flag, form_fields, number, one_of, path, seconds_above_zero, text, whole_number, words
from .where import auth_server, issuer, keycloak_token_endpoint, realm, token_url

if TYPE_CHECKING:
    from .._http.model import TransportSettings

__all__ = ["CONNECTION_SPEC", "HOW", "OPTIONS", "WHAT", "WHERE", "WHO", "ClientOptions", "Layer", "client_options"]

CLIENT_AUTH_METHODS = ("client_secret_post", "client_secret_basic")
GRANT_TYPES = ("client_credentials",)
CACHES = ("file", "memory", "none")
MOST_RETRIES = 10

# No default, required or mutually_exclusive: a default would hide the sources below the call, and the rest is judged
# over all sources, in client_options(). The two no_log: False stand against Ansible's guess from the options' names.
CONNECTION_SPEC: dict[str, dict[str, object]] = {
    "profile": {"type": "str"},
    "issuer": {"type": "str"},
    "auth_server": {"type": "str"},
    "realm": {"type": "str"},
    "token_url": {"type": "str", "no_log": False},
    "client_id": {"type": "str"},
    "client_secret": {"type": "str", "no_log": True},
    "client_auth_method": {"type": "str", "choices": list(CLIENT_AUTH_METHODS)},
    "client_cert": {"type": "path"},
    "client_key": {"type": "path", "no_log": False},
    "grant_type": {"type": "str", "choices": list(GRANT_TYPES)},
    "scope": {"type": "list", "elements": "str"},
    "audience": {"type": "list", "elements": "str"},
    "resource": {"type": "list", "elements": "str"},
    "extra_parameters": {"type": "dict"},
    "validate_certs": {"type": "bool"},
    "ca_path": {"type": "path"},
    "timeout": {"type": "float"},
    "retries": {"type": "int"},
    "proxy": {"type": "str"},
    "http_agent": {"type": "str"},
    "allow_http": {"type": "bool"},
    "cache": {"type": "str", "choices": list(CACHES)},
    "min_valid": {"type": "float"},
    "allowed_hosts": {"type": "list", "elements": "str"},
}


@dataclass(frozen=True)
class ClientOptions:
    """One client of one authorization server, and the token it asks for. Made by client_options().

    timeout, min_valid: seconds. origins: option -> the name of the place that it came from.
    """

    client_id: str
    client_secret: str = field(repr=False)
    issuer: str | None = None
    auth_server: str | None = None
    realm: str | None = None
    token_url: str | None = None
    client_auth_method: str = CLIENT_AUTH_METHODS[0]
    grant_type: str = GRANT_TYPES[0]
    scope: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    resource: tuple[str, ...] = ()
    extra_parameters: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    validate_certs: bool = True
    ca_path: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    timeout: float = 30.0
    retries: int = 2
    proxy: str | None = field(default=None, repr=False)
    http_agent: str = "ansible-authkit-oauth"
    allow_http: bool = False
    cache: str = CACHES[0]
    min_valid: float | None = None
    allowed_hosts: tuple[str, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def token_endpoint(self) -> str | None:
        """The token endpoint's URL (RFC 6749 section 3.2); None when it has to be discovered from the issuer."""
        if self.auth_server is not None and self.realm is not None:
            return keycloak_token_endpoint(self.auth_server, self.realm)
        return self.token_url

    @property
    def transport_settings(self) -> TransportSettings:
        """How to connect, to the token endpoint and to the API alike."""
        from .._http.model import TransportSettings

        return TransportSettings(
            validate_certs=self.validate_certs,
            ca_path=self.ca_path,
            client_cert=self.client_cert,
            client_key=self.client_key,
            proxy=self.proxy,
            timeout=self.timeout,
            http_agent=self.http_agent,
            allow_http=self.allow_http,
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown."""
        return tuple(dict.fromkeys(secret for found in self._named_secrets() for secret in found[1]))

    def short_secrets(self, shortest: int) -> tuple[str, ...]:
        """The options with a secret shorter than that, with the places that they come from."""
        if len(self.client_secret) >= shortest and not (self.proxy or self.extra_parameters):
            return ()  # without a further import: a token out of the store comes by here
        found = dict.fromkeys(name for name, values in self._named_secrets() if values and len(values[0]) < shortest)
        return tuple(f"{name} from {self.origins.get(name, 'the call')}" for name in found)

    def _named_secrets(self) -> Iterator[tuple[str, list[str]]]:
        from .secrets import basic_credentials, secret_values

        if self.client_secret:
            yield "client_secret", [self.client_secret, *basic_credentials(self.client_id, self.client_secret)]
        yield "proxy", secret_values("proxy", self.proxy)
        for name, value in self.extra_parameters:
            yield "extra_parameters", secret_values("extra_parameters", {name: value})

    def sources(self) -> str:
        """Where the Where and Who options came from, as a part of a sentence. Names no secret's value."""
        return sources(self.origins)


def client_options(layers: Sequence[Layer]) -> ClientOptions:
    """The options that several sources give together. layers: highest first.

    Raises subclasses of OptionError: for unknown, missing, contradictory, invalid and mixed-up options. Reads nothing
    and contacts nobody.
    """
    choice = choose(layers)
    try:
        return _typed(choice)
    except OptionError as error:
        error.name_sources(sources(choice.origins))
        raise


_list_of_names = partial(words, of_one_word=False)
# A value of any source and the name of its place -> the value of the field. Where needs allow_http, too: see _typed().
_TYPES: Mapping[str, Callable[[object, str], Any]] = {
    "realm": realm,
    "client_id": text,
    "client_secret": text,
    "client_auth_method": partial(one_of, choices=CLIENT_AUTH_METHODS),
    "client_cert": path,
    "client_key": path,
    "grant_type": partial(one_of, choices=GRANT_TYPES),
    "scope": words,
    "audience": _list_of_names,
    "resource": words,
    "extra_parameters": form_fields,
    "validate_certs": flag,
    "ca_path": path,
    "timeout": seconds_above_zero,
    "retries": partial(whole_number, most=MOST_RETRIES),
    "proxy": text,
    "http_agent": text,
    "allow_http": flag,
    "cache": partial(one_of, choices=CACHES),
    "min_valid": number,
}
_URLS: Mapping[str, Callable[..., str]] = {"issuer": issuer, "auth_server": auth_server, "token_url": token_url}


def _typed(choice: Choice) -> ClientOptions:
    what = {option: f"{option} from {origin}" for option, origin in choice.origins.items()}
    fields = {
        option: _TYPES[option](value, what[option]) for option, value in choice.values.items() if option in _TYPES
    }
    allow_http = bool(fields.get("allow_http"))
    for option, url in _URLS.items():
        if option in choice.values:
            fields[option] = url(choice.values[option], what[option], allow_http=allow_http)
    if "allowed_hosts" in choice.values:
        fields["allowed_hosts"] = _hosts(choice.values["allowed_hosts"], what["allowed_hosts"])
    return ClientOptions(**fields, origins=choice.origins)


def _hosts(value: object, what: str) -> tuple[str, ...]:
    patterns = words(value, what)
    if not patterns:
        # Taken as "no limit" it would open what somebody meant to close.
        raise InvalidOption(f"{what} is an empty list: name the hosts that the token may be sent to, or leave it out.")
    host_allowed("https://localhost/", patterns)  # raises for a pattern that is none
    return patterns
