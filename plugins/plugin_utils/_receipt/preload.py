# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Loads the plugins before Ansible forks a worker for each host and task, so that no worker has to compile them."""

from __future__ import annotations

from contextlib import suppress

from ansible.plugins.loader import action_loader, lookup_loader

#: The lookup by both names; the short one exists only where the user has enabled it.
LOOKUPS = ("authkit.oauth.token", "authkit.token")
#: They load what a missing token and a call need, and use the store's cipher once.
ACTIONS = ("authkit.oauth.api", "authkit.oauth.resource")


def preload() -> None:
    """Loads the plugins. One that cannot be loaded is reported where it is used."""
    for loader, names in ((action_loader, ACTIONS), (lookup_loader, LOOKUPS)):
        for name in names:
            with suppress(Exception):
                loader.get(name, class_only=True)
