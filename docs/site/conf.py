# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sphinx settings for the documentation site, which ``make docs`` builds from the pages that antsibull-docs writes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

project = "authkit.oauth"
html_title = "authkit.oauth documentation"
copyright = "authkit contributors"

extensions = ["sphinx_antsibull_ext"]
default_role = "any"
highlight_language = "YAML+Jinja"
nitpicky = True
pygments_style = "ansible"

html_theme = "sphinx_ansible_theme"
html_theme_options = {
    "documentation_home_url": "https://authkit.github.io/oauth/",
    "topbar_links": {
        "Source": "https://github.com/authkit/oauth",
        "Galaxy": "https://galaxy.ansible.com/ui/repo/published/authkit/oauth/",
        "Ansible documentation": "https://docs.ansible.com/",
    },
}
html_copy_source = False
html_show_sphinx = False
html_use_index = False

ANSIBLE = "https://docs.ansible.com/projects/ansible/latest/"
#: Labels of Ansible's own documentation. They are listed rather than read from its inventory, so that the site builds
#: without a network and an unknown label is an error.
ANSIBLE_LABELS = {
    "action_plugins": "plugins/action.html#action-plugins",
    "ansible_configuration_settings": "reference_appendices/config.html#ansible-configuration-settings",
    "callback_plugins": "plugins/callback.html#callback-plugins",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
}
#: Variables that ansible-core reads. Those of plugins are on another page.
ANSIBLE_VARIABLES = (
    "ANSIBLE_CACHE_PLUGIN",
    "ANSIBLE_CACHE_PLUGIN_CONNECTION",
    "ANSIBLE_CACHE_PLUGIN_PREFIX",
    "ANSIBLE_CACHE_PLUGIN_TIMEOUT",
    "ANSIBLE_CALLBACKS_ENABLED",
    "ANSIBLE_DEBUG",
    "ANSIBLE_INJECT_INVOCATION",
    "ANSIBLE_LOOKUP_PLUGINS",
)
ANSIBLE_PLUGIN_VARIABLES = ("JUNIT_HIDE_TASK_ARGUMENTS",)
KINDS = "callback|filter|inventory|lookup|module|test"
BUILTIN_PLUGIN = re.compile(rf"ansible_collections\.ansible\.builtin\.(\w+_(?:{KINDS}))")


def ansible_page(kind: str, target: str) -> str | None:
    """The page of Ansible's documentation that a reference points to."""
    if kind == "envvar":
        if target in ANSIBLE_VARIABLES:
            return f"reference_appendices/config.html#envvar-{target}"
        if target in ANSIBLE_PLUGIN_VARIABLES:
            return f"collections/environment_variables.html#envvar-{target}"
        return None
    if plugin := BUILTIN_PLUGIN.fullmatch(target):
        return f"collections/ansible/builtin/{plugin[1]}.html"
    return ANSIBLE_LABELS.get(target)


def link_to_ansible(
    _app: Sphinx, _env: BuildEnvironment, node: pending_xref, content: nodes.TextElement
) -> nodes.reference | None:
    """Turn a reference that this site cannot resolve into a link to Ansible's documentation."""
    page = ansible_page(node["reftype"], node["reftarget"])
    if page is None:
        return None
    return nodes.reference("", "", content, internal=False, refuri=ANSIBLE + page)


def setup(app: Sphinx) -> None:
    """Registers our handler; Sphinx calls this."""
    app.connect("missing-reference", link_to_ansible)
