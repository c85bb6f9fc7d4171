# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every connection option, declared once.

Argument spec, fields, repr, masking, the doctor, the store's key and the rules for mixing sources are derived from it.
Only the descriptions of the options are elsewhere, in plugins/doc_fragments/client.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Where (the token endpoint), Who (the client), What (the token) and How (the connection) follow different rules.
WHERE_GROUP, WHO_GROUP, WHAT_GROUP, HOW_GROUP = "where", "who", "what", "how"
#: What is secret in a value: all of it, the password of a URL, or the form fields with a secret's name.
ALL, PASSWORD, FIELDS = "all", "password", "fields"
MOST_RETRIES = 10
#: The methods of client authentication: by a secret, and others.
BY_SECRET = ("client_secret_post", "client_secret_basic", "client_secret_jwt")
METHODS = (*BY_SECRET, "private_key_jwt", "tls_client_auth", "none")
#: Platforms whose jobs have an identity of their own, which authenticates a client.
SOURCES = ("github_actions", "gitlab", "azure_devops", "kubernetes", "aap")


class Option:
    """One connection option, and its field of ClientOptions.

    :param type: in the argument spec.
    :param read: names the function of values or where that turns a source's value into the field; by default that of
        the type.
    :param default: of the field, if no source sets the option.
    :param optional: none of the choices is the default.
    :param secret: which part of the value is secret.
    :param shapes: whether another value requests another token, which the store must then keep apart.
    :param credential: whether it authenticates the client, and belongs to one client of one server.
    :param guarded: whether it says where a secret or token is sent, whose it is, or which server is trusted; a node's
        facts must not set it.
    """

    def __init__(
        self,
        group: str,
        type: str = "str",
        read: str = "",
        *,
        default: Any = None,
        choices: tuple[str, ...] = (),
        optional: bool = False,
        secret: str = "",
        credential: bool = False,
        shapes: bool | None = None,
        guarded: bool | None = None,
    ) -> None:
        self.name = ""
        self.group, self.type = group, type
        self.read = read or ("choice" if choices else "secret" if secret == ALL else type)
        self.default, self.choices = choices[0] if choices and not optional else default, choices
        self.secret, self.credential = secret, credential
        self.shapes = group != HOW_GROUP if shapes is None else shapes
        self.guarded = group in (WHERE_GROUP, WHO_GROUP) if guarded is None else guarded

    def __set_name__(self, _owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: object | None, _owner: type) -> Any:
        """The default; a value that is set in the instance takes precedence."""
        return self if instance is None else self.default


def _option(*given: Any, **named: Any) -> Any:  # like dataclasses.field(): the annotation has the field's type
    return Option(*given, **named)


class Fields:
    """The table: one line for each option. The first of its choices is the default."""

    issuer: str | None = _option(WHERE_GROUP, "str", "issuer")
    auth_server: str | None = _option(WHERE_GROUP, "str", "auth_server")
    realm: str | None = _option(WHERE_GROUP, "str", "realm")
    token_url: str | None = _option(WHERE_GROUP, "str", "token_url")
    client_id: str = _option(WHO_GROUP)
    client_secret: str | None = _option(WHO_GROUP, secret=ALL, credential=True)
    username: str | None = _option(WHO_GROUP)
    password: str | None = _option(WHO_GROUP, secret=ALL, credential=True)
    refresh_token: str | None = _option(WHO_GROUP, secret=ALL, credential=True)
    assertion: str | None = _option(WHO_GROUP, secret=ALL, credential=True)
    subject_token: str | None = _option(WHO_GROUP, secret=ALL, credential=True)
    client_auth_method: str = _option(WHO_GROUP, choices=METHODS)
    private_key: str | None = _option(WHO_GROUP, "str", "pem", secret=ALL, credential=True)
    private_key_path: str | None = _option(WHO_GROUP, "path", credential=True)
    private_key_passphrase: str | None = _option(WHO_GROUP, secret=ALL, credential=True)
    key_id: str | None = _option(WHO_GROUP)
    signing_algorithm: str | None = _option(WHO_GROUP, "str", "algorithm")
    client_assertion: str | None = _option(WHO_GROUP, secret=ALL, credential=True, shapes=False)
    client_assertion_path: str | None = _option(WHO_GROUP, "path", credential=True)
    client_assertion_source: str | None = _option(WHO_GROUP, choices=SOURCES, optional=True, credential=True)
    client_assertion_audience: str | None = _option(HOW_GROUP, guarded=True)
    client_cert: str | None = _option(WHO_GROUP, "path")
    client_key: str | None = _option(WHO_GROUP, "path")
    grant_type: str = _option(WHAT_GROUP, "str", "grant", default="client_credentials")
    subject_token_type: str | None = _option(WHAT_GROUP)
    scope: tuple[str, ...] = _option(WHAT_GROUP, "list", default=())
    audience: tuple[str, ...] = _option(WHAT_GROUP, "list", "names", default=())
    resource: tuple[str, ...] = _option(WHAT_GROUP, "list", default=())
    extra_parameters: tuple[tuple[str, str], ...] = _option(WHAT_GROUP, "dict", default=(), secret=FIELDS)
    validate_certs: bool = _option(HOW_GROUP, "bool", default=True, shapes=True, guarded=True)
    ca_path: str | None = _option(HOW_GROUP, "path", shapes=True, guarded=True)
    timeout: float = _option(HOW_GROUP, "float", "seconds_above_zero", default=30.0)
    retries: int = _option(HOW_GROUP, "int", "retries", default=2)
    proxy: str | None = _option(HOW_GROUP, secret=PASSWORD, guarded=True)
    http_agent: str = _option(HOW_GROUP, default="ansible-authkit-oauth")
    allow_http: bool = _option(HOW_GROUP, "bool", default=False, guarded=True)
    cache: str = _option(HOW_GROUP, choices=("file", "memory", "none"))
    min_valid: float | None = _option(HOW_GROUP, "float")
    token_lifetime: float | None = _option(HOW_GROUP, "float", "seconds_above_zero", shapes=True)
    require: tuple[tuple[str, str], ...] = _option(HOW_GROUP, "dict", "requirements", default=())
    dpop: bool = _option(HOW_GROUP, "bool", default=False, shapes=True, guarded=True)
    allowed_hosts: tuple[str, ...] = _option(HOW_GROUP, "list", "hosts", default=(), guarded=True)


TABLE: Mapping[str, Option] = {name: found for name, found in vars(Fields).items() if isinstance(found, Option)}
OPTIONS = tuple(TABLE)


def _names(group: str) -> tuple[str, ...]:
    return tuple(name for name, option in TABLE.items() if option.group == group)


WHERE, WHO, WHAT, HOW = map(_names, (WHERE_GROUP, WHO_GROUP, WHAT_GROUP, HOW_GROUP))
ASSERTIONS = ("client_assertion", "client_assertion_path", "client_assertion_source")
CREDENTIALS = tuple(name for name, option in TABLE.items() if option.credential)
