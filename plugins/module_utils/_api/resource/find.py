# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds a resource in the listing of its collection, and its address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from ..._errors import ApiError, AuthkitError, InvalidOption
from ..._urls import origin, safe_url
from ..._words import listed, quoted
from .compare import MISSING, same
from .paths import Path, joined, nested, shown, value_at


class SeveralMatch(ApiError):
    """More than one resource of the collection matches. Add members to match until it names one."""


class NotAResource(ApiError):
    """The response is not the JSON that the task expects. Check the URL, and the header Accept."""


class IncompleteListing(ApiError):
    """The resource is not on the pages that could be read, and there are more. Set paginate, or narrow query."""


@dataclass(frozen=True)
class Match:
    """What identifies a resource in its collection: the values of members, by their paths."""

    values: Mapping[Path, Any]

    def __bool__(self) -> bool:
        return bool(self.values)

    def fits(self, item: object) -> bool:
        """Whether a resource of the collection is the one."""
        return all(_equal(value_at(item, path, MISSING), value) for path, value in self.values.items())

    def one_of(self, items: Iterable[object], url: str) -> Mapping[str, Any] | None:
        """The resource in a listing; None if none matches.

        :raises SeveralMatch: more than one matches.
        """
        found = [item for item in items if isinstance(item, Mapping) and self.fits(item)]
        if len(found) > 1:
            raise SeveralMatch(
                f"{len(found)} resources of {safe_url(url)} have the same {listed(list(map(shown, self.values)))}: add "
                "members to match until it names one, or set url to the one that you mean."
            )
        return found[0] if found else None


@dataclass(frozen=True)
class Addresses:
    """Where the resources of a collection are.

    :param id_key: the path of the member whose value follows collection_url.
    :param link_key: the path of the member that is the address itself; None if there is none.
    """

    collection_url: str
    id_key: Path
    link_key: Path | None = None

    def of(self, item: object) -> str | None:
        """The address of a resource; None if the resource does not say.

        :raises InvalidOption: its link leads to another origin, where the token must not go.
        """
        if self.link_key is not None:
            link = value_at(item, self.link_key)
            return self._linked(link) if isinstance(link, str) and link else None
        value = value_at(item, self.id_key)
        if isinstance(value, bool) or not isinstance(value, (str, int)) or value in ("", ".", ".."):
            return None
        parts = urlsplit(self.collection_url)
        return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{quote(str(value), safe='')}", query=""))

    def has(self, url: str) -> bool:
        """Whether a URL could be that of a resource of the collection: one step below it."""
        above, _slash, name = urlsplit(url).path.rpartition("/")
        return bool(name) and above == urlsplit(self.collection_url).path.rstrip("/")

    def needed(self, item: object) -> str:
        """The address of a resource.

        :raises NotAResource: the resource does not say.
        """
        found = self.of(item)
        if found is None:
            key, option = (self.link_key, "link_key") if self.link_key else (self.id_key, "id_key")
            raise NotAResource(
                f"The resource in {safe_url(self.collection_url)} has no {quoted(shown(key))}, which would give its "
                f"address: set {option} to the member that does, or set url."
            )
        return found

    def _linked(self, link: str) -> str:
        target = same_origin_url(self.collection_url, link)
        if target is None:
            raise InvalidOption(
                f"{quoted(shown(self.link_key or ()))} of the resource in {safe_url(self.collection_url)} leads to "
                "another origin, where the token is not sent: set id_key or url instead of link_key."
            )
        return target


def outline(item: object, paths: Iterable[Path]) -> dict[str, Any]:
    """The members of a resource at these paths, and no others."""
    found: dict[str, Any] = {}
    for path in paths:
        value = value_at(item, path, MISSING)
        if value is not MISSING:
            found = joined(nested(path, value), found)
    return found


def same_origin_url(base: str, link: str) -> str | None:
    """The URL of a link that a response from ``base`` has; None if it leads to another origin, or is not valid."""
    if any(c < " " or c in "\\\x7f" for c in link):
        return None
    try:
        target = urljoin(base, link.strip())
        return target if origin(target) == origin(base) else None
    except (AuthkitError, ValueError):
        return None


def _equal(found: object, wanted: object) -> bool:
    if wanted is None:  # null equals a member that is missing, as in the desired state
        return found is None or found is MISSING
    return found is not MISSING and same(found, wanted)
