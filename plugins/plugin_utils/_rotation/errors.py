# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors of a rotation. Most tasks never rotate a secret, so they do not load these classes with the others."""

from __future__ import annotations

from ...module_utils._errors import AuthkitError


class RotationError(AuthkitError):
    """No rotation of a client's secret."""


class ClientNotFound(RotationError):
    """The realm has no such client, or the token may not see it. Check target_client_id and the token's roles."""


class ClientNotRotatable(RotationError):
    """The client has no secret, or none that a token can prove. Correct the client as the message says."""


class MissingRole(RotationError):
    """The access token lacks a role of the admin API. Give that role to the service account of the client."""


class AdminRequestRefused(RotationError):
    """The admin API refused a request, often because of a client policy. Correct the client or the policy."""


class SecretNotKept(RotationError):
    """The file of the secret is not private, or cannot be written. Correct path, or its owner and mode."""


class RotationFailed(RotationError):
    """The new secret gets no token. See in msg whether the old one is in force again, and run the task again."""
