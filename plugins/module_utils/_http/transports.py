# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two transports, each imported on its first use.

`requests_transport` is for the controller, `urls_transport` (ansible.module_utils.urls) for managed nodes and
controllers without requests. Both behave alike: the same headers, proxies, trusted authorities, retries and errors.
Neither follows redirects, reads a netrc file, keeps cookies, or logs.
"""

from __future__ import annotations

from importlib.util import find_spec

from .model import Transport, TransportSettings


def requests_available() -> bool:
    """Whether requests is installed, without a slow import. It may still be broken."""
    return find_spec("requests") is not None


def requests_transport(settings: TransportSettings) -> Transport:
    """The controller's transport.

    :raises InvalidOption: the TLS files or the proxy cannot be used.
    :raises ImportError: requests cannot be imported.
    """
    from .requests import RequestsTransport

    return RequestsTransport(settings)


def urls_transport(settings: TransportSettings) -> Transport:
    """The managed node's transport. Raises InvalidOption for TLS files or a proxy that cannot be used."""
    from .urls import UrlsTransport

    return UrlsTransport(settings)
