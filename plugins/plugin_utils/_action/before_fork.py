# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What action plugins load before Ansible forks a worker for each host and task, so that no worker has to."""

from __future__ import annotations

from contextlib import suppress


def load_before_fork() -> None:
    """Imports what a missing token needs. A missing library is reported where it is needed."""
    from ...module_utils import token_client  # noqa: F401
    from .. import _documents, _old_templates  # noqa: F401  # a variable with a template needs it on ansible-core 2.18 and older
    from .._store import failure, misses  # noqa: F401

    with suppress(ImportError):
        from ...module_utils._http import requests  # noqa: F401
