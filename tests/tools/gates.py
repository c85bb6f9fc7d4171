# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gates of ``make test``. Each returns what is wrong in a few words, or nothing; its output goes to its log."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from pathlib import Path

from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak
from ansible_collections.authkit.oauth.tests.servers.keycloak_dist import cache_folder
from ansible_collections.authkit.oauth.tests.tools import collection, sanity
from ansible_collections.authkit.oauth.tests.tools.browser import chromium
from ansible_collections.authkit.oauth.tests.tools.processes import clean_environment, run
from ansible_collections.authkit.oauth.tests.tools.tree import COLLECTION, ROOT, TREE
from ansible_collections.authkit.oauth.tests.tools.venvs import ensure

CORES = ("2.16", "2.17", "2.18", "2.19", "2.20", "2.21")
#: Not released yet: tests of what it does differently ask for it by name.
COMING = ("2.22",)
MINUTE = 60.0
#: Seconds after which a test counts as stuck. Playbooks take longer, and are waited for up to 5 minutes each.
UNIT_TEST = 3 * MINUTE
PLAYBOOK_TEST = 10 * MINUTE
STUCK = "a test reached its time limit, so those after it did not run; the stacks of its threads are in the log"
#: What pytest's exit code says where no test is left of those that were named.
NOTHING_COLLECTED = 5
#: What runs on managed nodes, and so has to pass on their oldest Python.
NODE_TESTS = ("tests/unit/plugins/module_utils", "tests/unit/plugins/modules")


@dataclass
class Workshop:
    """What the gates of one run share, some of them at the same time."""

    folder: Path
    only: Sequence[str] = ()
    """The tests that pytest's gates run, as pytest names them from the checkout; all where none is named."""
    keycloak: Keycloak | None = field(default=None, repr=False)
    _making: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def log(self, name: str) -> Path:
        """The log of a gate."""
        return self.folder / "logs" / f"{name}.log"

    @property
    def installed(self) -> Path:
        """The folder for ``collections_path``, with the collection installed from its tarball."""
        with self._making:
            return self._installed

    @cached_property
    def _installed(self) -> Path:
        return collection.install(ensure("core-2.21"), self.folder)

    def environment(self, venv: Path, log: Path, **changes: str) -> dict[str, str]:
        """The environment of a tool of a virtual environment: a home and a runtime directory of the log's gate."""
        places = {"HOME": "home", "XDG_RUNTIME_DIR": "runtime", "TMPDIR": "tmp"}
        for name, place in places.items():
            own = self.folder / f"{place}-{log.stem}"
            own.mkdir(mode=0o700, exist_ok=True)
            places[name] = str(own)
        places["ANSIBLE_HOME"] = f"{places['HOME']}/.ansible"
        clean = clean_environment(
            **places, XDG_CACHE_HOME=str(cache_folder().parent), PYTHONDONTWRITEBYTECODE="1", NO_COLOR="1", **changes
        )
        return clean | {"PATH": f"{venv / 'bin'}:{clean.get('PATH', '')}"}

    def server(self) -> dict[str, str]:
        """The environment variables that hand the one Keycloak of this run to a gate."""
        assert self.keycloak is not None
        return {
            "AUTHKIT_TEST_KEYCLOAK_URL": self.keycloak.url,
            "AUTHKIT_TEST_KEYCLOAK_ADMIN": self.keycloak.username,
            "AUTHKIT_TEST_KEYCLOAK_PASSWORD": self.keycloak.password,
        }


class Need(Enum):
    """What a gate needs of Keycloak."""

    NOTHING = "nothing"
    DISTRIBUTION = "its tests start one"
    SERVER = "a running one, shared by the gates of a run"


@dataclass(frozen=True)
class Gate:
    """One check: a name, the ``make`` target it belongs to, what it does, and what it needs of Keycloak."""

    name: str
    group: str
    what: str
    run: Callable[[Workshop, Path], str]
    keycloak: Need = Need.NOTHING
    limit: float = 25 * MINUTE
    """Seconds after which it is stopped; several times what it takes on two busy cores."""
    alone: bool = False
    """Whether it measures time, so that nothing else may run beside it."""

    @property
    def folders(self) -> Sequence[str]:
        """Where the tests lie that it runs with pytest."""
        return self.run.folders if isinstance(self.run, Tests) else ()


def _exit(code: int) -> str:
    return f"exit code {code}" if code else ""


def _tool(*command: str) -> Callable[[Workshop, Path], str]:
    """A tool of the tools' environment on the checkout."""

    def gate(shop: Workshop, log: Path) -> str:
        venv = ensure("tools")
        program = venv / "bin" / command[0]
        return _exit(run([program, *command[1:]], env=shop.environment(venv, log), cwd=ROOT, log=log))

    return gate


def _copied_tool(*command: str) -> Callable[[Workshop, Path], str]:
    """A tool of the tools' environment on a copy that lies below ``ansible_collections``."""

    def gate(shop: Workshop, log: Path) -> str:
        venv = ensure("tools")
        place = shop.folder / f"copy-{log.stem}"
        copied = collection.copy_for_git(place)
        env = shop.environment(venv, log, ANSIBLE_COLLECTIONS_PATH=str(place))
        return _exit(run([venv / "bin" / command[0], *command[1:]], env=env, cwd=copied, log=log))

    return gate


def _mypy(shop: Workshop, log: Path) -> str:
    venv = ensure("tools")
    command = [
        venv / "bin" / "mypy",
        f"--config-file={ROOT / 'pyproject.toml'}",
        f"--cache-dir={shop.folder / 'mypy'}",
        COLLECTION / "plugins",
        COLLECTION / "tests",
    ]
    return _exit(run(command, env=shop.environment(venv, log, MYPYPATH=str(TREE)), cwd=TREE, log=log))


def _ansible_lint(shop: Workshop, log: Path) -> str:
    venv = ensure("tools")
    env = shop.environment(venv, log, ANSIBLE_COLLECTIONS_PATH=str(shop.installed))
    command = [venv / "bin" / "ansible-lint", "--offline", "--strict", "--profile", "production"]
    code = run(command, env=env, cwd=collection.copy_for_git(shop.folder / f"copy-{log.stem}"), log=log)
    seen = re.search(r"(\d+) files processed", log.read_text(errors="replace"))
    if not code and (seen is None or int(seen.group(1)) == 0):
        return "it looked at no file"
    return _exit(code)


def _changelog(shop: Workshop, log: Path) -> str:
    """The fragments are as they should be, and a release makes a changelog of them; in a copy of its own."""
    venv = ensure("tools")
    folder = shop.folder / "changelog"
    copied = collection.copy(folder)
    env = shop.environment(venv, log, ANSIBLE_COLLECTIONS_PATH=str(folder))
    for words in (["lint"], ["release"], ["lint"]):
        code = run([venv / "bin" / "antsibull-changelog", *words], env=env, cwd=copied, log=log)
        if code:
            return f"{words[0]}: {_exit(code)}"
    version = re.search(r"^version: (\S+)$", (ROOT / "galaxy.yml").read_text(), re.MULTILINE)
    if version is None or f"v{version[1]}" not in (copied / "CHANGELOG.rst").read_text():
        return "the changelog that the release made has nothing of this version"
    return ""


def below(test: str, folders: Sequence[str]) -> bool:
    """Whether a test, as pytest names it, lies in one of the folders."""
    return any(f"{test}/".startswith(f"{folder}/") for folder in folders)


@dataclass(frozen=True)
class Tests:
    """A gate of tests that pytest runs in an environment; each may take so many seconds."""

    environment: str
    folders: Sequence[str]
    limit: float = UNIT_TEST
    marks: str = ""
    variables: Callable[[Workshop], Mapping[str, str]] = lambda _shop: {}

    def __call__(self, shop: Workshop, log: Path) -> str:
        venv = ensure(self.environment)
        env = shop.environment(venv, log, PYTHONPATH=str(TREE), **self.variables(shop))
        options: list[object] = ["-c", ROOT / "pyproject.toml", "--rootdir", TREE / COLLECTION, "-m", self.marks]
        # The fault handler prints the stacks even where the test holds the interpreter, and a little earlier.
        options += [f"--timeout={self.limit}", f"--override-ini=faulthandler_timeout={self.limit * 0.95}"]
        command = [venv / "bin" / "python", "-m", "pytest", "-p", "no:cacheprovider", *options, *self._paths(shop)]
        code = run(command, env=env, cwd=shop.folder, log=log)
        if code == NOTHING_COLLECTED and shop.only and self.marks:
            return ""
        said = log.read_text(errors="replace")
        if not code and re.search(r"\b\d+ (skipped|xfailed|xpassed)\b", said):
            return "tests were skipped"
        return STUCK if code and "+ Timeout +" in said else _exit(code)

    def _paths(self, shop: Workshop) -> list[Path]:
        named = [test for test in shop.only if below(test, self.folders)] if shop.only else self.folders
        return [TREE / COLLECTION / path for path in named if (ROOT / path.partition("::")[0]).exists()]


def _interpreters(*cores: str) -> str:
    """What hands the interpreters of some cores to the tests; every one has to be there."""
    return ",".join(f"{core}={ensure(f'core-{core}') / 'bin' / 'python'}" for core in cores)


def _for_playbooks(shop: Workshop) -> dict[str, str]:
    return {
        "AUTHKIT_TEST_CORES": _interpreters(*CORES, *COMING),
        "AUTHKIT_TEST_COLLECTIONS": str(shop.installed),
        "AUTHKIT_TEST_COMMUNITY": str(ensure("community") / "bin" / "python"),
        **shop.server(),
    }


def _for_reports(shop: Workshop) -> dict[str, str]:
    chromium()  # whoever waits for the tests learns at once that it is missing
    return {
        "AUTHKIT_TEST_CORES": _interpreters(CORES[0], CORES[-1]),
        "AUTHKIT_TEST_COLLECTIONS": str(shop.installed),
    }


def _sanity(core: str) -> Callable[[Workshop, Path], str]:
    def gate(shop: Workshop, log: Path) -> str:
        return sanity.check(core, ensure(f"core-{core}"), ensure("tools"), shop.folder, log)

    return gate


def _molecule(shop: Workshop, log: Path) -> str:
    venv = ensure("tools")
    place = shop.folder / "molecule"
    extra = {"AUTHKIT_TEST_COLLECTIONS": str(shop.installed), "MOLECULE_EPHEMERAL_DIRECTORY": str(place)}
    place.mkdir(mode=0o700)
    env = shop.environment(venv, log, **extra, **shop.server())
    return _exit(run([venv / "bin" / "molecule", "test", "--all"], env=env, cwd=ROOT / "extensions", log=log))


#: In the order in which they begin: the longest are not left for the end, when nothing would run beside them, and the
#: first two do not wait for the same environment.
GATES = (
    Gate("ruff", "lint", "ruff check", _tool("ruff", "check", "--no-cache", ".")),
    Gate(
        "integration",
        "integration",
        "playbooks on ansible-core 2.16 to 2.22",
        Tests("core-2.21", ("tests/integration",), PLAYBOOK_TEST, "not alone", _for_playbooks),
        keycloak=Need.SERVER,
        limit=50 * MINUTE,
    ),
    Gate("format", "lint", "ruff format --check", _tool("ruff", "format", "--no-cache", "--check", "--diff", ".")),
    Gate("shellcheck", "lint", "shellcheck of .ci/run", _tool("shellcheck", ".ci/run")),
    Gate("mypy", "lint", "mypy --strict over plugins and tests", _mypy),
    Gate("unit-node", "unit", "what runs on nodes, on Python 3.9", Tests("node", NODE_TESTS)),
    Gate(
        "unit-2.16",
        "unit",
        "unit tests on ansible-core 2.16",
        Tests("core-2.16", ("tests/unit/plugins",), marks="not alone"),
    ),
    Gate(
        "unit-2.21",
        "unit",
        "unit tests on ansible-core 2.21",
        Tests("core-2.21", ("tests/unit",), marks="not alone"),
        keycloak=Need.DISTRIBUTION,
    ),
    Gate("sanity-2.21", "sanity", "ansible-test sanity of ansible-core 2.21", _sanity("2.21")),
    Gate("sanity-2.16", "sanity", "ansible-test sanity of ansible-core 2.16", _sanity("2.16")),
    Gate(
        "reports",
        "reports",
        "the realm check's reports, and the page in a browser",
        Tests("reports", ("tests/reports",), PLAYBOOK_TEST, variables=_for_reports),
    ),
    Gate("molecule", "molecule", "the scenarios of extensions/molecule", _molecule, keycloak=Need.SERVER),
    Gate("ansible-lint", "lint", "ansible-lint, production profile", _ansible_lint),
    Gate(
        "docs",
        "lint",
        "antsibull-docs lint-collection-docs",
        _copied_tool(
            *("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--skip-rstcheck", "--check-extra-docs-refs"),
            *("--validate-collection-refs", "all", "--disallow-unknown-collection-refs", "."),
        ),
    ),
    Gate("changelog", "lint", "antsibull-changelog lint, and a rehearsal of the release", _changelog),
    *(
        Gate(
            f"unit-timings-{core}",
            "unit",
            f"unit tests that have to be quick on ansible-core {core}, with nothing beside them",
            Tests(f"core-{core}", ("tests/unit/plugins/plugin_utils",), marks="alone"),
            alone=True,
        )
        for core in (CORES[0], CORES[-1])
    ),
    Gate(
        "timings",
        "integration",
        "playbooks that have to be quick, with nothing beside them",
        Tests("core-2.21", ("tests/integration",), PLAYBOOK_TEST, "alone", _for_playbooks),
        keycloak=Need.SERVER,
        alone=True,
    ),
)
