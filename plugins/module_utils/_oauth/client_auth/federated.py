# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A JWT that another issuer signed authenticates the client (RFC 7523 section 2.2): no secret of its own is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._options.table import ASSERTIONS
from .assertion_file import assertion_of_file, checked_assertion

if TYPE_CHECKING:
    from ..._options.client import ClientOptions


def assertion_option(options: ClientOptions) -> str | None:
    """The option that the federated assertion comes from; None for a client that authenticates in another way."""
    return next((name for name in ASSERTIONS if getattr(options, name) is not None), None)


def federated_assertion(options: ClientOptions) -> str:
    """An assertion as new as its source has it.

    :raises AssertionUnavailable: there is none.
    """
    if options.client_assertion is not None:
        return checked_assertion(options.client_assertion, "client_assertion")
    if options.client_assertion_path is not None:
        return assertion_of_file(options.client_assertion_path, "client_assertion_path")
    from .assertion_sources import Wanted, assertion_from
    from .assertions import audience

    wanted = Wanted(audience(options), options.proxy, options.timeout, options.retries)
    return assertion_from(options.client_assertion_source or "", wanted)
