# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection as users get it: copied from the checkout, built into a tarball, and installed."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

from ansible_collections.authkit.oauth.tests.tools.processes import Missing, clean_environment, run
from ansible_collections.authkit.oauth.tests.tools.tree import COLLECTION, ROOT

#: What tools leave behind in a checkout.
NOT_OURS = ("build", ".git", ".venv", "__pycache__", ".*_cache", ".cache", ".ansible", ".nox", "*.tar.gz", "output")


def copy(folder: Path) -> Path:
    """Copy the checkout to ``folder/ansible_collections/authkit/oauth``, and return that path.

    Tools that walk folders then find neither build folders nor files of another run.
    """
    return Path(shutil.copytree(ROOT, folder / COLLECTION, symlinks=True, ignore=shutil.ignore_patterns(*NOT_OURS)))


def copy_for_git(folder: Path) -> Path:
    """Copy the checkout into a new git repository, because ansible-test and antsibull-docs list files with git.

    :raises Missing: git is not installed.
    """
    copied = copy(folder)
    if not shutil.which("git"):
        raise Missing("ansible-test and antsibull-docs need git; on Debian: apt install git.")
    run(["git", "-c", "init.defaultBranch=main", "init", "-q"], env=clean_environment(), cwd=copied)
    return copied


def install(venv: Path, run_folder: Path) -> Path:
    """Build the tarball and install it offline, as from Galaxy; returns the folder for ``collections_path``.

    :raises Missing: it cannot be built or installed; the message quotes ansible-galaxy.
    """
    collections = run_folder / "collections"
    galaxy = venv / "bin" / "ansible-galaxy"
    _galaxy(run_folder, galaxy, "build", copy(run_folder / "source"), "--output-path", run_folder / "tarball")
    (tarball,) = (run_folder / "tarball").glob("*.tar.gz")
    _galaxy(run_folder, galaxy, "install", tarball, "-p", collections, "--offline")
    return collections


def shared(venv: Path, run_folder: Path) -> Path:
    """The same, once for all sessions of a run; they leave it unchanged."""
    place = Path(os.environ.get("AUTHKIT_TEST_RUN") or run_folder) / "installed"
    place.mkdir(exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (ready := place / "ready").exists():
            shutil.rmtree(place / "source", ignore_errors=True)  # of a session that failed
            install(venv, place)
            ready.touch()
    return place / "collections"


def _galaxy(run_folder: Path, galaxy: Path, *arguments: object) -> None:
    log = run_folder / "galaxy.log"
    environment = clean_environment(
        ANSIBLE_HOME=str(run_folder / "ansible"), ANSIBLE_COLLECTIONS_PATH=str(run_folder / "collections")
    )
    if run([galaxy, "collection", *arguments], env=environment, cwd=run_folder, log=log) != 0:
        text = " ".join(log.read_text(errors="replace").split())
        raise Missing(f"ansible-galaxy collection {arguments[0]} failed: {text[-600:]}")
