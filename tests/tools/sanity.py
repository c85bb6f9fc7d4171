# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``ansible-test sanity`` on a copy of the checkout, with every Python that ansible-test asks for."""

from __future__ import annotations

import re
from pathlib import Path

from ansible_collections.authkit.oauth.tests.tools import collection, limits
from ansible_collections.authkit.oauth.tests.tools.interpreters import look_for
from ansible_collections.authkit.oauth.tests.tools.processes import clean_environment, run, say
from ansible_collections.authkit.oauth.tests.tools.tree import BUILD

#: The Pythons that ansible-test shall find: nodes' 3.9 and newer. What else it knows and finds, it uses as well.
PYTHONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
#: Released after the tests were written for the others: used where it is installed, not demanded.
OPTIONAL = frozenset({"3.14"})
#: What ansible-test would fetch from a server of its own, to put pip into its virtual environments. Python has it.
GET_PIP = ("20_3_4", "21_3_1", "23_1_2", "24_2", "25_2", "25_3")
ENSURE_PIP = "import ensurepip\n\nensurepip.bootstrap()\n"
SKIPPED = re.compile(r'Skipping (?:sanity )?test "?(?P<test>[\w-]+)"?(?: on Python (?P<python>[\d.]+))? (?P<why>.+)')
#: Skipping a test on a Python for which it was never meant is no gap.
BY_DESIGN = ("because it is unsupported",)


def check(core: str, venv: Path, tools: Path, folder: Path, log: Path) -> str:
    """Run it; returns what is wrong. A test that was skipped because something is missing is wrong.

    ansible-test keeps its virtual environments in the home folder; that one is shared, and locked, between runs.
    """
    home = BUILD / "sanity" / core
    (home / ".ansible" / "test" / "cache").mkdir(parents=True, exist_ok=True)
    for version in GET_PIP:
        (home / ".ansible" / "test" / "cache" / f"get_pip_{version}.py").write_text(ENSURE_PIP)
    programs = folder / f"sanity-{core}-bin"
    programs.mkdir()
    for version in PYTHONS:
        found = look_for(version)
        if found is not None:
            (programs / f"python{version}").symlink_to(found.path)
    env = clean_environment(HOME=str(home), PYTHONDONTWRITEBYTECODE="1")
    env["PATH"] = f"{programs}:{venv / 'bin'}:{tools / 'bin'}:{env.get('PATH', '')}"
    copied = collection.copy_for_git(folder / f"sanity-{core}")
    command = [venv / "bin" / "ansible-test", "sanity", "--venv", "--color", "no"]
    with (home / "lock").open("w") as lock:
        limits.lock(lock, f"ansible-test of {core} is in use", say)
        code = run(command, env=env, cwd=copied, log=log)
    return gaps(log.read_text(errors="replace")) or (f"exit code {code}" if code else "")


def gaps(output: str) -> str:
    """The tests that ansible-test skipped for want of something, as a sentence part; empty when there are none."""
    found = []
    for match in SKIPPED.finditer(output):
        why, python = match["why"].strip(), match["python"]
        if any(reason in why for reason in BY_DESIGN) or (python in OPTIONAL and "could not be found" in why):
            continue
        found.append(f"{match['test']}{f' on Python {python}' if python else ''} {why}")
    if not found and "Running sanity test" not in output:
        return "ansible-test ran no test"
    return f"skipped: {'; '.join(dict.fromkeys(found))}" if found else ""
