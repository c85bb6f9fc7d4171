# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Each target runs sessions of noxfile.py. The first call installs a pinned nox and uv into build/nox.

# The Pythons that may run nox, in order of preference: on PATH, or in pyenv.
PYTHON ?= python3.13 python3.12 python3.14 "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.1[234]*/bin/python3 python3.11 python3.10 python3
REQUIREMENTS := tests/requirements/nox.txt
RUN := build/nox/bin/python tests/tools/run.py

.DEFAULT_GOAL := help
.PHONY: help sessions demo test matrix bench bench-realm-check compare-realm-files catalogue unit integration reports sanity lint \
  docs molecule clean build/nox

help: ## Show the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

build/nox: # created again if the content of the requirements changes
	@cmp -s $(REQUIREMENTS) build/nox/ready && exit; \
	for python in $(PYTHON); do \
	  "$$python" -c 'import venv, sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || continue; \
	  echo "creating build/nox with $$python" && rm -rf build/nox && "$$python" -m venv build/nox && \
	  build/nox/bin/python -m pip install -q --disable-pip-version-check -r $(REQUIREMENTS) && \
	  cp $(REQUIREMENTS) build/nox/ready && exit; exit 1; \
	done; \
	echo "there is no Python 3.10 or newer with venv; install one (on Debian: apt install python3 python3-venv), or name" \
	"one: make PYTHON=..." >&2; exit 1

sessions: build/nox ## List the sessions of nox
	@build/nox/bin/nox --list

demo: build/nox ## Start a Keycloak, install the collection as Galaxy does, and run demo/site.yml
	@exec $(RUN) demo

test: build/nox ## Run what must pass before a change is merged (GATES="mypy unit tests/unit/plugins/lookup")
	@exec $(RUN) $(GATES)

matrix: build/nox ## Run the tests on every ansible-core and Python
	@$(RUN) unit-alone unit-node-alone integration-alone
	@exec $(RUN) matrix

bench: build/nox ## Measure, and write docs/benchmarks.md (REPEATS=5); some tables only: TABLES="plays store"
	@exec $(RUN) bench -- $(REPEATS) $(TABLES)

bench-realm-check: build/nox ## Compare the realm check with kcwarden; measure it and the realm diff on large realms (REPEATS=5)
	@exec $(RUN) bench-realm-check -- $(REPEATS)

compare-realm-files: build/nox ## Audit realm files side by side with kcwarden, and write the page of the comparison
	@exec $(RUN) compare-realm-files

catalogue: build/nox ## Write the pages of all checks and errors from the code
	@exec $(RUN) catalogue

unit: build/nox ## Run unit tests on the newest ansible-core, and on a node's Python 3.9
	@exec $(RUN) unit-2.21 unit-node

integration: build/nox ## Run playbooks against a real Keycloak
	@exec $(RUN) integration

reports: build/nox ## Test the realm check's reports, and the HTML page in a browser
	@exec $(RUN) reports

sanity: build/nox ## Run ansible-test sanity
	@exec $(RUN) sanity-2.21

lint: build/nox ## Run ruff, mypy, the word list, ansible-lint, shellcheck, galaxy-importer, changelog and documentation
	@exec $(RUN) lint

docs: build/nox ## Build the documentation site in build/docs/html
	@exec $(RUN) docs

molecule: build/nox ## Run the Molecule scenarios
	@exec $(RUN) molecule

clean: ## Remove build/ (not while a demo or test is running)
	rm -rf build
