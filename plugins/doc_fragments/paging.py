# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a listing that is read page by page, described once for all that read one."""

from __future__ import annotations


class ModuleDocFragment:
    """For modules and plugins."""

    # A literal, in a file without an underscore: the Ansible language server reads the text and runs no code.
    DOCUMENTATION = r"""
options:
  paginate:
    description:
      - Read all pages of a listing, and return one list of all entries. Only for GET, and for a search by POST.
      - V(auto) finds out how the API pages, from the header C(Link) with C(rel=next), a next URL or a cursor in the
        response, page numbers or offsets with a total, V(@odata.nextLink), or C(first) and C(max) of Keycloak.
      - Otherwise the style, V(link), V(next_url), V(cursor), V(page), V(offset) or V(keycloak), or a mapping with
        C(style) and the names that the API uses.
      - C(results_key) is the key of the list in the response, needed if it has several lists.
      - C(next_key) is the key of the next URL or of the cursor. C(parameter) is the query parameter that takes the
        cursor, the page number (V(page)) or the offset (V(offset)); in a POST, the key in C(body).
      - C(first) is the number of the first page (V(1)) or the first offset (V(0)). C(pages_key) is the key of the
        number of pages, C(total_key) that of the number of entries, and C(more_key) that of a boolean.
        Without them, an empty page ends the listing, or one that is shorter than those before.
      - C(size) entries of a page are requested by the query parameter C(size_parameter).
      - A key can be a path with dots, such as C(meta.next_cursor), or C(data.-1.id) for the last entry.
      - A next page on another origin is an error, as the token is not sent there. So are pages that repeat.
    type: raw
  max_items:
    description:
      - With O(paginate), the most entries to return. Then no further page is read, and C(truncated) is true if there
        are more.
    type: int
"""
