# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# A thin door: the work is done by tests/tools, which makes all that it needs below build/.

PYTHON ?= python3
TOOLS := "$(PYTHON)" "$(CURDIR)/tests/tools/main.py"
NO_PYTHON := $(PYTHON) is not on PATH; install it (on Debian: apt install python3 python3-venv), or name one: make PYTHON=...
NEED := command -v "$(PYTHON)" >/dev/null || { echo "$(NO_PYTHON)" >&2; exit 1; };

.DEFAULT_GOAL := help
.PHONY: help demo test bench bench-realm-check catalogue unit integration reports sanity lint molecule clean

help: ## Show what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

demo: ## Start a Keycloak, install the collection as Galaxy does, and run demo/site.yml
	@$(NEED) exec $(TOOLS) demo

test: ## Every test there is
	@$(NEED) exec $(TOOLS) test $(GATES)

bench: ## Side by side with ansible.builtin.uri (REPEATS=5)
	@$(NEED) exec $(TOOLS) bench $(REPEATS)

bench-realm-check: ## The realm check side by side with kcwarden, and on large realms (REPEATS=5)
	@$(NEED) exec $(TOOLS) bench-realm-check $(REPEATS)

catalogue: ## Write the page of all checks of the realm check from the checks
	@$(NEED) exec $(TOOLS) catalogue

unit: ## Unit tests, on ansible-core 2.16 and 2.21 and on a node's Python 3.9
	@$(NEED) exec $(TOOLS) test unit

integration: ## Playbooks against a real Keycloak
	@$(NEED) exec $(TOOLS) test integration

reports: ## The realm check's reports, and the HTML page in a browser
	@$(NEED) exec $(TOOLS) test reports

sanity: ## ansible-test sanity
	@$(NEED) exec $(TOOLS) test sanity

lint: ## ruff, mypy, ansible-lint, shellcheck, changelog and documentation
	@$(NEED) exec $(TOOLS) test lint

molecule: ## The Molecule scenarios
	@$(NEED) exec $(TOOLS) test molecule

clean: ## Remove what was made in build/ (a running demo or test would miss it)
	rm -rf build
