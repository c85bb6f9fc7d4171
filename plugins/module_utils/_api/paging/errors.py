# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be wrong with a listing. `json` of the result shows the page that was wrong."""

from __future__ import annotations

from ..._errors import ApiError


class PageElsewhere(ApiError):
    """The next page of a listing has no usable address: it is on another origin, which gets no token, or too long.

    Set url to that origin, or give the paging style.
    """


class PagingLoop(ApiError):
    """The pages of a listing repeat or never end. Check parameter and next_key of paginate, or set max_items."""


class NotAListing(ApiError):
    """A page holds no list, or several. Set results_key of paginate to the key of the list."""


class ListingTooLong(ApiError):
    """The pages of a listing are longer than json_limit together. Raise it, set max_items, or request fewer fields."""
