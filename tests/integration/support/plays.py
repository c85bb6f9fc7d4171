# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs playbooks as a user would: in another process with its own home, and with the installed collection."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import IO

from ansible_collections.authkit.oauth.tests.tools.processes import end

HERE = Path(__file__).resolve().parent.parent
PLAYBOOKS = HERE / "playbooks"
#: Seconds after which a playbook is considered stuck.
PATIENCE = 300.0
#: The environment variables that playbooks inherit; others could make runs differ between machines.
KEPT = ("PATH", "LANG", "LC_ALL", "TZ")

Hosts = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class Core:
    """One ansible-core: its version ("2.21"), and the interpreter of its virtual environment."""

    version: str
    python: Path

    def command(self, name: str) -> Path:
        return self.python.parent / name


@dataclass(frozen=True)
class TaskResult:
    """The result of one task on one host."""

    host: str
    task: str
    state: str
    result: Mapping[str, object]

    @property
    def message(self) -> str:
        return str(self.result.get("msg", ""))


@dataclass(frozen=True)
class Run:
    """A finished playbook run; output has both streams, log is the content of ANSIBLE_LOG_PATH."""

    returncode: int
    output: str
    log: str
    seconds: float
    results: Sequence[TaskResult] = field(repr=False)

    def expect(self, returncode: int = 0) -> Run:
        """Assert the exit code, and return this run."""
        assert self.returncode == returncode, self.output[-6000:]
        return self

    def of(self, task: str, host: str | None = None) -> list[TaskResult]:
        """The results of the tasks of that name."""
        return [r for r in self.results if r.task == task and host in (None, r.host)]

    def one(self, task: str, host: str) -> TaskResult:
        """The only result of a task on a host, apart from skipped tasks with the same name."""
        found = [result for result in self.of(task, host) if result.state != "skipped"]
        assert len(found) == 1, f"{task} on {host}: {len(found)} results\n{self.output[-3000:]}"
        return found[0]

    @property
    def failed(self) -> list[TaskResult]:
        return [r for r in self.results if r.state in ("failed", "unreachable")]

    @property
    def traceback(self) -> bool:
        """Whether a traceback or Ansible's message for an unexpected exception was printed."""
        signs = (
            "Traceback (most recent call last)",
            "An unhandled exception",
            "An exception occurred",
            "MODULE FAILURE",
        )
        return any(sign in self.output for sign in signs)


@dataclass(frozen=True)
class Workspace:
    """A user's machine in a folder: home, runtime directory, Ansible's own folder, and the node's remote_tmp."""

    root: Path
    core: Core
    collections: Path

    def __post_init__(self) -> None:
        for folder in (self.home, self.runtime, self.remote, self.cwd):
            folder.mkdir(parents=True, exist_ok=True)
        self.runtime.chmod(0o700)

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def cwd(self) -> Path:
        return self.root / "cwd"

    @property
    def runtime(self) -> Path:
        return self.root / "runtime"

    @property
    def remote(self) -> Path:
        """The node's folder for temporary files (remote_tmp)."""
        return self.root / "node"

    @property
    def store(self) -> Path:
        return self.runtime / "authkit"

    @cached_property
    def short_name(self) -> Path:
        """The plugin folder that enables `authkit.token`."""
        return self.collections / "ansible_collections/authkit/oauth/extensions/short_name"

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """The process environment of a run."""
        base = {name: os.environ[name] for name in KEPT if name in os.environ}
        base.setdefault("LANG", "C.UTF-8")
        base["PATH"] = f"{self.core.python.parent}:{base.get('PATH', os.defpath)}"
        base |= {
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "ANSIBLE_HOME": str(self.home / ".ansible"),
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
            "ANSIBLE_REMOTE_TMP": str(self.remote),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_RETRY_FILES_ENABLED": "false",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callbacks"),
            "ANSIBLE_CALLBACKS_ENABLED": "record",
            "ANSIBLE_LIBRARY": str(HERE / "library"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONFAULTHANDLER": "1",
        }
        return base | dict(extra)

    def play(
        self,
        playbook: str,
        hosts: Hosts,
        *,
        variables: Mapping[str, object] | None = None,
        forks: int = 10,
        arguments: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        config: str = "",
    ) -> Run:
        """Run a playbook of tests/integration/playbooks; config is the text of an ansible.cfg."""
        given = self._files(hosts, variables or {}, config)
        started = time.monotonic()
        environment = self.environment({**given, **(env or {})})
        returncode, output = _waited_for(self._command(playbook, forks, arguments), self.cwd, environment)
        seconds = time.monotonic() - started
        log, record = self.cwd / "ansible.log", self.cwd / "record.jsonl"
        return Run(returncode, output, _text(log), seconds, _results(_text(record)))

    def start(
        self,
        playbook: str,
        hosts: Hosts,
        variables: Mapping[str, object],
        *,
        output: IO[bytes] | int = subprocess.DEVNULL,
        forks: int = 10,
        arguments: Sequence[str] = (),
        config: str = "",
    ) -> subprocess.Popen[bytes]:
        """Start a playbook in its own process session, as in a separate terminal; output gets both of its streams."""
        given = self._files(hosts, variables, config)
        return subprocess.Popen(
            self._command(playbook, forks, arguments),
            cwd=self.cwd,
            env=self.environment(given),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # Background jobs of a shell, which these tests may be, ignore Ctrl-C, and their children inherit that.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )

    def ended(self, process: subprocess.Popen[bytes], output: Path) -> Run:
        """The run of a playbook that was started with its output in a file, once it has ended."""
        started = time.monotonic()
        try:
            returncode = process.wait(timeout=PATIENCE)
        except BaseException:
            end(process)
            raise
        log, record = self.cwd / "ansible.log", self.cwd / "record.jsonl"
        return Run(returncode, _text(output), _text(log), time.monotonic() - started, _results(_text(record)))

    def _command(self, playbook: str, forks: int, arguments: Sequence[str]) -> list[str]:
        return [
            str(self.core.command("ansible-playbook")),
            *("-i", str(self.cwd / "inventory.yml"), "--forks", str(forks)),
            *arguments,
            playbook if playbook.startswith("authkit.oauth.") else str(PLAYBOOKS / playbook),
        ]

    def _files(self, hosts: Hosts, variables: Mapping[str, object], config: str) -> dict[str, str]:
        """Write inventory and configuration; return the environment variables that name the files of a run."""
        record = self.cwd / "record.jsonl"
        for leftover in (record, self.cwd / "ansible.log"):
            leftover.unlink(missing_ok=True)
        (self.cwd / "inventory.yml").write_text(json.dumps(self._inventory(hosts, variables)), encoding="utf-8")
        settings = self.cwd / "ansible.cfg"
        settings.write_text(f"[defaults]\n{config}", encoding="utf-8")
        return {"AUTHKIT_TEST_RECORD": str(record), "ANSIBLE_CONFIG": str(settings)}

    def _inventory(self, hosts: Hosts, variables: Mapping[str, object]) -> dict[str, object]:
        common = {
            "ansible_connection": "local",
            "ansible_python_interpreter": str(self.core.python),
            **variables,
        }
        return {"all": {"hosts": {name: dict(own) for name, own in hosts.items()}, "vars": common}}

    def files(self, *roots: Path) -> dict[Path, bytes]:
        """Every file below the folders with its content; by default those of the whole workspace."""
        found: dict[Path, bytes] = {}
        for root in roots or (self.root,):
            found |= {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and not path.is_symlink()}
        return found

    def with_own_collection(self) -> Workspace:
        """The same machine with a copy of the installed collection that the test may damage."""
        copy = self.root / "collections"
        shutil.copytree(self.collections, copy)
        return Workspace(self.root, self.core, copy)


def hosts(count: int, **variables: object) -> dict[str, dict[str, object]]:
    """That many identical inventory hosts."""
    return {f"host{number:02}": dict(variables) for number in range(count)}


def _waited_for(command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> tuple[int, str]:
    """The exit code and output of a playbook; a stuck one is ended with its workers, and prints its stacks."""
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            output, _nothing = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            end(process, stacks=True)
            output, _nothing = process.communicate(timeout=PATIENCE)
            raise AssertionError(f"the play was still running after {PATIENCE:g} s\n{output[-9000:]}") from None
        except BaseException:
            end(process)
            raise
    return process.returncode, output


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _results(lines: str) -> list[TaskResult]:
    return [TaskResult(**json.loads(line)) for line in lines.splitlines()]
