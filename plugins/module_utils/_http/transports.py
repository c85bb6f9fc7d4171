# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two ways to the network, each loaded when it is asked for.

`requests_transport` serves the controller, `urls_transport` (ansible.module_utils.urls) the managed nodes and
controllers without requests. Both behave alike: the same headers, proxies, trust, repeats, classes of errors. Neither
follows redirects, reads a netrc file, keeps cookies, or logs.
"""

from __future__ import annotations

from importlib.util import find_spec

from .model import Transport, TransportSettings


def requests_available() -> bool:
    """Whether requests is there, without importing anything slow. It may still be broken."""
    return find_spec("requests") is not None


def requests_transport(settings: TransportSettings) -> Transport:
    """The controller's transport.

    Raises InvalidOption for TLS files or a proxy that cannot be used, ImportError where requests cannot be imported.
    """
    from .requests import RequestsTransport

    return RequestsTransport(settings)


def urls_transport(settings: TransportSettings) -> Transport:
    """The managed node's transport. Raises InvalidOption for TLS files or a proxy that cannot be used."""
    from .urls import UrlsTransport

    return UrlsTransport(settings)
