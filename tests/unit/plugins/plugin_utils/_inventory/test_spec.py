# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of an inventory file against the documentation, and what Ansible gets of them."""

from __future__ import annotations

from ansible.parsing.dataloader import DataLoader

from ansible_collections.authkit.oauth.plugins.doc_fragments import client, paging
from ansible_collections.authkit.oauth.plugins.inventory import hosts
from ansible_collections.authkit.oauth.plugins.plugin_utils._facts.rendering import PROFILES
from ansible_collections.authkit.oauth.plugins.plugin_utils._inventory import spec


def documented() -> dict[str, object]:
    """The options that the plugin and our fragments describe."""
    texts = (hosts.DOCUMENTATION, client.ModuleDocFragment.INVENTORY_CONNECTION, paging.ModuleDocFragment.DOCUMENTATION)
    return {name: each for text in texts for name, each in DataLoader().load(text)["options"].items()}


def test_each_option_is_described_once_and_declared_once() -> None:
    of_ansible = set(spec.ANSIBLE_SPEC) - {"plugin", "strict", "cache"}
    assert set(documented()) == set(spec.HOSTS_SPEC) - of_ansible | {PROFILES}


def test_ansible_gets_no_secret() -> None:
    given = {"client_secret": "s3cret", "url": "https://user:s3cret@example.com", "cache": True, "compose": {"a": "b"}}
    assert spec.for_ansible(given) == {"url": "-", "host_name": "-", "cache": True, "compose": {"a": "b"}}
