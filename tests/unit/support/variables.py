# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables as Ansible loads them, and its own templar, on any core."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.parsing import vault
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

PASSWORD = b"the password of the vault"
OTHER_PASSWORD = b"another password"
#: Before ansible-core 2.19 omit is a placeholder among the variables.
PLACEHOLDER = "__omit_place_holder__0123456789"
TAGGED = hasattr(vault, "VaultSecretsContext")


def encrypted(text: str, password: bytes = PASSWORD) -> str:
    """A vaulted value as YAML."""
    box = vault.VaultLib([("default", vault.VaultSecret(password))])
    lines = box.encrypt(text).decode().splitlines()
    return "!vault |\n" + "".join(f"  {line}\n" for line in lines)


def loaded(yaml: str, folder: Path) -> dict[str, Any]:
    """Variables as Ansible reads them from a file of the user's: unsafe marks, vaults, trusted templates."""
    secrets = [("default", vault.VaultSecret(PASSWORD))]
    loader = DataLoader()
    loader.set_vault_secrets(secrets)
    file = folder / "variables.yml"
    file.write_text(yaml, encoding="utf-8")
    if not TAGGED:
        return {"omit": PLACEHOLDER, **loader.load_from_file(str(file), cache=False)}
    if vault.VaultSecretsContext.current(optional=True) is None:
        vault.VaultSecretsContext.initialize(vault.VaultSecretsContext(secrets))
    return dict(loader.load_from_file(str(file), cache="none", trusted_as_template=True))


def from_a_node(value: Any) -> Any:
    """A value as Ansible holds what a module returned."""
    if TAGGED:
        return value  # nothing is a template that was not said to be one
    from ansible.utils.unsafe_proxy import wrap_var

    return wrap_var(value)


def templar_of(variables: dict[str, Any]) -> Any:
    """Ansible's own templar over these variables."""
    return Templar(loader=DataLoader(), variables=variables)
