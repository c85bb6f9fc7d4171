# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One client's options, from all its sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .endpoint import keycloak_token_endpoint
from .layer import Layer
from .layers import choose
from .read import read
from .table import HOW, OPTIONS, TABLE, WHAT, WHERE, WHO, Fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._errors import AuthkitError
    from .._http.model import TransportSettings

__all__ = ["HOW", "OPTIONS", "WHAT", "WHERE", "WHO", "ClientOptions", "Layer", "client_options"]


class ClientOptions(Fields):
    """One client of one authorization server, and the token it requests. Made by client_options(), and never changed.

    :param origins: option -> the name of the place that it came from.
    :param timeout: seconds.
    :param min_valid: seconds.
    """

    origins: Mapping[str, str]

    def __init__(
        self,
        client_id: str,
        client_secret: str | None = None,
        *,
        origins: Mapping[str, str] | None = None,
        **others: Any,
    ) -> None:
        if not others.keys() <= TABLE.keys():
            raise TypeError(f"no connection options: {', '.join(sorted(others.keys() - TABLE.keys()))}")
        vars(self).update(others, client_id=client_id, client_secret=client_secret, origins=origins or {})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ClientOptions) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        shown = [f"{name}={getattr(self, name)!r}" for name, option in TABLE.items() if not option.secret]
        return f"ClientOptions({', '.join(shown)})"

    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in TABLE)

    def replaced(self, **changes: Any) -> ClientOptions:
        """A copy with other values."""
        return ClientOptions(**{**vars(self), **changes})

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

        return TransportSettings(**{name: getattr(self, name) for name in TransportSettings.__dataclass_fields__})

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must not be shown."""
        from .secrets import named_secrets

        return tuple(dict.fromkeys(secret for found in named_secrets(vars(self)) for secret in found[1]))

    def short_secrets(self, shortest: int) -> tuple[str, ...]:
        """The options with a secret of fewer characters, each with the place that it comes from."""
        # Values that are long enough and secret as a whole, as most are, need no further import.
        whole = [getattr(self, name) for name in _ALL_SECRET]
        if all(len(value) >= shortest for value in whole if value) and not any(
            getattr(self, name) for name in _PARTLY_SECRET
        ):
            return ()
        from .secrets import short_secrets

        return short_secrets(vars(self), self.origins, shortest)

    def sources(self, error: type[AuthkitError]) -> str:
        """Where the options that matter to such an error came from, as a part of a sentence. Contains no values."""
        from .sources import sources

        return sources(self.origins, error)


_ALL_SECRET = frozenset(name for name, option in TABLE.items() if option.secret == "all")
_PARTLY_SECRET = frozenset(name for name, option in TABLE.items() if option.secret) - _ALL_SECRET


def client_options(layers: Sequence[Layer]) -> ClientOptions:
    """The options that several sources define together. Reads no files and uses no network.

    :param layers: highest precedence first.
    :raises OptionError: an option is unknown, missing, contradictory, invalid or mixed up; its subclass says which.
    """
    choice = choose(layers)
    values, origins = choice.values, choice.origins
    fields: dict[str, Any] = {}
    # Whether plain http is allowed has to be known before the URLs are read.
    for name in sorted(values, key=lambda name: name != "allow_http"):
        what = f"{name} from {origins[name]}"
        fields[name] = read(TABLE[name], values[name], what, allow_http=bool(fields.get("allow_http")))
    return ClientOptions(**fields, origins=origins)
