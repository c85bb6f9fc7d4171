# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How messages name the sources of connection options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .. import _errors
from .._words import listed
from .table import ASSERTIONS, WHERE, WHO

_VARIABLE = "the variable "


#: The options that may be wrong, by error; the first class that fits counts. An error of options names them itself.
_MATTER: tuple[tuple[tuple[type[_errors.AuthkitError], ...], tuple[str, ...]], ...] = (
    ((_errors.OptionError,), ()),
    ((_errors.ProxyFailed,), ("proxy",)),
    ((_errors.StoreRefused,), ("cache",)),
    ((_errors.ScopeRefused,), ("scope",)),
    ((_errors.RequirementNotMet,), ("require", "client_id")),
    ((_errors.AudienceRefused,), ("audience", "resource")),
    ((_errors.UserRefused,), ("client_id", "username", "password")),
    ((_errors.GrantAssertionRefused,), ("client_id", "assertion")),
    ((_errors.SubjectTokenRefused,), ("client_id", "subject_token", "subject_token_type")),
    ((_errors.RefreshTokenRefused,), ("client_id", "refresh_token")),
    ((_errors.GrantRefused,), ("client_id", "grant_type")),
    ((_errors.ClientAuthMethodRefused,), ("client_id", "client_auth_method")),
    ((_errors.AssertionUnavailable,), ("client_id", *ASSERTIONS)),
    ((_errors.WrongClientSecret,), ("client_id", "client_secret")),
    ((_errors.WrongPrivateKey,), ("client_id", "private_key", "private_key_path", "key_id", "signing_algorithm")),
    ((_errors.AssertionRefused,), (*WHERE, "client_id", *ASSERTIONS, "signing_algorithm", "client_assertion_audience")),
    ((_errors.ClientCertificateRefused,), (*WHERE, "client_id", "client_cert")),
    ((_errors.ClocksDiffer,), ()),
    ((_errors.ClientNotConfidential, _errors.ServiceAccountsDisabled, _errors.UnknownClient), (*WHERE, "client_id")),
    (
        (_errors.ProofRefused, _errors.TokenRequestRefused, _errors.UnusableToken, _errors.ApiError),
        (*WHERE, "client_id"),
    ),
    ((_errors.ClientAuthenticationFailed,), (*WHERE, *WHO)),
    ((_errors.NetworkError, _errors.TokenError, _errors.DiscoveryFailed, _errors.IssuerMismatch), WHERE),
)


def sources(origins: Mapping[str, str], error: type[_errors.AuthkitError]) -> str:
    """Where the options that matter to an error came from, as a part of a sentence; empty when none is set."""
    wanted = next((options for classes, options in _MATTER if issubclass(error, classes)), (*WHERE, *WHO))
    groups: list[tuple[list[str], list[str]]] = []
    for option in wanted:
        origin = origins.get(option)
        if origin is None:
            continue
        last = groups[-1] if groups else None
        if last and (origin == last[1][0] or (origin.startswith(_VARIABLE) and last[1][0].startswith(_VARIABLE))):
            last[0].append(option)
            last[1].append(origin)
        else:
            groups.append(([option], [origin]))
    return ", ".join(_from(options, origins_of) for options, origins_of in groups)


def _from(options: Sequence[str], origins: Sequence[str]) -> str:
    """The options and their places. The name of a variable says which option it sets."""
    named = "" if origins[0].startswith(_VARIABLE) else f"{listed(options)} "
    return f"{named}from {join_origins(origins)}"


def join_origins(origins: Sequence[str]) -> str:
    """Several names of places as one phrase: "the variables authkit_auth_server and authkit_realm"."""
    distinct = list(dict.fromkeys(origins))
    if len(distinct) > 1 and all(origin.startswith(_VARIABLE) for origin in distinct):
        return "the variables " + listed([origin[len(_VARIABLE) :] for origin in distinct])
    return listed(distinct)
