# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads connection options from ansible.cfg."""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from functools import lru_cache

from ansible.parsing.quoting import unquote

from ..module_utils._options.table import OPTIONS

INI_SECTION = "authkit"


@lru_cache(maxsize=8)
def ini_options(path: str) -> Mapping[str, str]:
    """The section [authkit] of an ansible.cfg, parsed like Ansible does: ` ;` begins a comment, quotes are removed.

    :raises InvalidOption: the file cannot be read or parsed.
    """
    try:
        with open(path, encoding="utf-8") as file:
            content = file.read()
        if f"[{INI_SECTION}]" not in content:
            return {}
        parser = configparser.ConfigParser(inline_comment_prefixes=(";",), interpolation=None)
        parser.read_string(content)
        return {name: unquote(value) for name, value in parser.items(INI_SECTION) if name in OPTIONS}
    except (OSError, UnicodeDecodeError, configparser.Error):
        pass
    from ..module_utils._errors import InvalidOption  # a hit reads ansible.cfg, too

    raise InvalidOption(f"{path} cannot be read as an ini file: check its permissions and its syntax.")
