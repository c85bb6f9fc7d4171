# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds unidiomatic wording and British spellings: ``python tests/tools/english.py [PATH ...]``."""

from __future__ import annotations

import os
import re
import sys
import tokenize
from bisect import bisect
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACES = (
    "README.md CONTRIBUTING.md CODE_OF_CONDUCT.md SECURITY.md CHANGELOG.md .github changelogs/fragments demo docs "
    "extensions galaxy.yml meta playbooks plugins roles"
)
KINDS = {".css", ".html", ".j2", ".js", ".md", ".py", ".rst", ".txt", ".yml"}
GENERATED = {"errors.rst", "realm_check_catalogue.rst"}  # its text comes from plugins/
PROSE = {tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}

#: Regular expressions for wording to avoid, with what to write instead.
INSTEAD = {
    r"for want of": "without / X is missing",
    r"in the place of|in its place": "instead of",
    r"anew": "again",
    r"whoever|whosoever": "anyone who / name the actor",
    r"(?<!there )is no (option|name|baseline|report|text|number|url|list|file|link|json|fact)": "is not a (valid) ...",
    r"is none of": "must be one of / is not one of",
    r"will do(?=[.,;)]| in)": "is enough / you can use",
    r"may only look": "read-only",
    r"leads? in a circle": "redirect loop / cycle",
    r"wants to be paid": "requires payment (402)",
    r"401 is (not )?repaired": "is (not) retried with a new token",
    r"judge the options": "validate the options",
    r"(say|tell)s? what is missing": "report problems",
    r"for ever": "forever",
    r"(he|his|him|himself)": "they / their / them, or name the actor",
    r"(un)?(author|organ|recogn|initial|serial|normal|optim|summar|custom|minim)is(e[ds]?|ing|ations?)": "-ize",
    r"analys(e|ed|es|ing)": "analyze",
    r"(behavi|col|fav|hon|neighb)our\w*": "-or",
    r"(defen|offen|licen|preten)ce[ds]?": "-se",
    r"centre[ds]?|artefacts?|grey|whilst|judgement|fulfil|programmes?": "American spelling",
    r"(label|model|signal|travel|cancel)l(ed|ing)": "one l",
    r"(learn|spel|spoil|burn)t": "-ed",
}
PATTERN = re.compile("|".join(rf"\b(?P<_{i}>{words})(?!\w)" for i, words in enumerate(INSTEAD)), re.IGNORECASE)
ADVICE = {f"_{i}": advice for i, advice in enumerate(INSTEAD.values())}


def findings(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line, phrase and advice for each hit, also if a line break, comment sign or quote separates its words."""
    lines = _python(path) if path.suffix == ".py" else enumerate(path.read_text("utf-8").splitlines(), 1)
    words = [(number, word) for number, line in lines for word in line.split() if word not in ("#", "//", "..")]
    text, starts = "", []
    for _number, word in words:
        starts.append(len(text))
        text += word + " "
    for hit in PATTERN.finditer(text):
        number = words[bisect(starts, hit.start()) - 1][0]
        yield number, hit[0], ADVICE[hit.lastgroup or ""]


def _python(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of strings and comments. Adjacent strings are joined; code separates."""
    with path.open("rb") as source:
        for token in tokenize.tokenize(source.readline):
            if token.type in PROSE:
                text = re.sub(r"""^#+:?|^[a-z]*["']{1,3}|["']{1,3}$""", "", token.string, flags=re.IGNORECASE)
                yield from enumerate(text.splitlines(), token.start[0])
            elif token.string.strip() and not tokenize.tok_name[token.type].startswith("FSTRING"):
                yield token.start[0], "|"


def main(words: list[str]) -> int:
    """Check these files and folders, relative to the root; 1 if there are findings."""
    found = 0
    for place in (ROOT / word for word in words or PLACES.split()):
        if not place.exists():
            sys.exit(f"{place} does not exist")
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix in KINDS and path.name not in GENERATED:
                for line, phrase, advice in findings(path):
                    print(f"{os.path.relpath(path, ROOT)}:{line}: {phrase}: write {advice}")
                    found += 1
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
