# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a federated assertion from a file that its platform replaces now and then, and checks its form."""

from __future__ import annotations

import re

from ..._errors import AssertionUnavailable
from ..._regular_file import content
from ..._words import quoted

#: Bytes. The longest JWTs in the wild, with hundreds of groups, have 16 KiB.
LONGEST_ASSERTION = 64 * 1024
#: RFC 7515 section 7.1: header, payload and signature. An unsigned one lacks the third and is no assertion.
_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


def assertion_of_file(path: str, source: str) -> str:
    """The assertion in a file, without the line break at its end. Follows links, which Kubernetes' files are.

    :param source: the option or source that names the file, for messages.
    :raises AssertionUnavailable: there is no regular file, it cannot be read, or it holds something else.
    """
    problem = ""
    found = b""
    try:
        found = content(path, LONGEST_ASSERTION + 3)
    except FileNotFoundError:
        problem = "does not exist: check the path, and that the process that writes it runs"
    except PermissionError:
        problem = "cannot be read by this user: check its owner and mode"
    except (OSError, ValueError):
        problem = "is not a readable file: name the file that holds the assertion, not a directory, device or pipe"
    if problem:
        raise AssertionUnavailable(f"The file {quoted(path)} of {source} {problem}.")
    text = found.decode("utf-8", "replace")
    return checked_assertion(text[:-1].removesuffix("\r") if text.endswith("\n") else text, f"{source} {quoted(path)}")


def checked_assertion(text: str, what: str) -> str:
    """The text, if it has the form of a signed JWT.

    :param what: names the place that it comes from.
    :raises AssertionUnavailable: it has not; whatever it is, it must not be sent.
    """
    too_long = len(text) > LONGEST_ASSERTION
    if too_long or not _JWT.fullmatch(text):
        found = "is empty" if not text else f"is longer than {LONGEST_ASSERTION} bytes" if too_long else "is no JWT"
        raise AssertionUnavailable(
            f"{what} {found}: it must hold one signed JWT, three parts separated by dots, and nothing else."
        )
    return text
