# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The standard grants: their names as options, and as the token endpoint knows them."""

from __future__ import annotations

from collections.abc import Mapping

_URN = "urn:ietf:params:oauth:grant-type:"
#: By the option grant_type: the name in the token request (RFC 6749, RFC 7523 section 2.1, RFC 8693 section 2.1,
#: RFC 8628 section 3.4).
GRANT_NAMES: Mapping[str, str] = {
    "client_credentials": "client_credentials",
    "refresh_token": "refresh_token",
    "password": "password",
    "jwt_bearer": f"{_URN}jwt-bearer",
    "token_exchange": f"{_URN}token-exchange",
    "device_code": f"{_URN}device_code",
}
#: The option's name for a name in a token request, which is accepted as well.
GRANT_URNS: Mapping[str, str] = {wire: name for name, wire in GRANT_NAMES.items()}
#: Standard grants that are not supported.
MISSING_GRANTS = ("authorization_code",)
