#!/usr/bin/python

# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An audit of Keycloak realms."""

from __future__ import annotations

DOCUMENTATION = r"""
module: realm_check
short_description: Audit the configuration of Keycloak realms
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Reads the configuration of Keycloak realms through the admin API and reports what is wrong with it, what to do about
    it, and what could not be evaluated.
  - It writes nothing to a realm. Read-only roles are enough, C(view-realm), C(view-clients), C(view-users),
    C(view-events), C(view-identity-providers) and, for organizations, C(view-organizations) of the client
    C(realm-management), or of C(<realm>-realm) for a client of C(master). A missing role never makes a check pass.
  - The collection's guide of the realm check describes the checks and their parameters.
  - The role P(authkit.oauth.realm_check#role) runs this module and writes reports.
  - If the task runs on the controller itself (local connection, no C(become), no C(environment), no C(async)), the
    running Ansible process does the audit, and renews the token as needed. Otherwise the host that the task runs on
    does it, and gets only one access token. What is still to be read when that token expires is not evaluated, and the
    task fails with that reason.
extends_documentation_fragment:
  - authkit.oauth.client
  - authkit.oauth._attributes.actiongroup_all
attributes:
  check_mode:
    support: full
    description: Can run in check mode and tell what it would do.
    details:
      - The audit only reads, so it is the same in check mode.
  diff_mode:
    support: none
    description: Returns details on what has changed, in diff mode.
  async:
    support: partial
    description: Supports use with the C(async) keyword.
    details:
      - The host does the audit with the token that was valid when the task began.
  action:
    support: full
    description: Runs an action plugin on the controller.
  platform:
    support: full
    description: Where it runs.
    platforms: posix
options:
  realms:
    description:
      - The realms to check, at the server of the connection. If it is not set, the connection's realm.
      - The connection's realm issues the token. It may differ from those that are checked, for example V(master).
    type: list
    elements: str
  source:
    description:
      - A realm file on the controller, or a directory of realm files, to check instead of a server. It may be a full
        export (C(kc.sh export)) or a partial one (admin console), a file of keycloak-config-cli or a
        C(KeycloakRealmImport) in JSON or YAML, of one realm or of several. Neither a client nor a network is needed
        then.
      - What a file does not contain is not evaluated. O(realms) selects realms of the source. If it is not set, all
        are checked.
      - A relative path is relative to the playbook.
    type: path
  check_profile:
    description:
      - Which checks are run. V(baseline) runs those of the tier C(core), V(strict) also those of C(extended).
      - It has this name because O(profile) names a connection.
    type: str
    choices: [baseline, strict]
    default: baseline
  levels:
    description:
      - Which kinds of checks are run. V(L1) checks the public endpoints, V(L2) the client's own token, V(L3) the
        realm's configuration.
    type: list
    elements: str
    choices: [L1, L2, L3]
    default: [L1, L2, L3]
  only:
    description:
      - IDs of the checks to run, instead of those of O(check_profile). O(levels) and O(skip) still apply.
    type: list
    elements: str
  skip:
    description:
      - IDs of checks to skip.
    type: list
    elements: str
  standards:
    description:
      - Names of standards. The checks that answer their requirements are run as well, whatever their tier.
      - RV(report) then has a table for each standard. It says of each requirement whether it is passed, failed, waived,
        not evaluated, or not covered by any check.
      - V(asvs5-l1), V(asvs5-l2) and V(asvs5-l3) are the levels of OWASP ASVS 5.0.0, V(rfc9700) is the OAuth 2.0
        Security Best Current Practice, V(fapi2) the FAPI 2.0 Security Profile, and V(oauth2.1) the draft of OAuth 2.1.
        V(nist-aal1), V(nist-aal2) and V(nist-aal3) are the authentication assurance levels of NIST SP 800-63B-4.
      - A table is no certificate. It shows what the checks see of a realm, and much of a standard is about other
        things.
      - O(levels) and O(skip) still apply. A requirement whose check they leave out is not evaluated.
    type: list
    elements: str
    choices: [asvs5-l1, asvs5-l2, asvs5-l3, rfc9700, fapi2, oauth2.1, nist-aal1, nist-aal2, nist-aal3]
  overrides:
    description:
      - A mapping of check IDs to what changes in each check.
      - C(severity) is the severity of all its findings, except those that are only for information.
      - C(parameters) is a mapping of the check's parameters to values. A value that is a mapping is merged into the
        default, other values replace it.
    type: dict
  tolerate_findings:
    description:
      - Whether the task passes in spite of open findings and of waivers that match nothing, as the role's run does
        that writes a baseline. Missing roles and server errors still fail the task.
    type: bool
    default: false
  fail_on:
    description:
      - The task fails if a finding of this severity or a higher one is open, if a check could not be evaluated because
        a role is missing, and if the server failed.
      - With V(none), the task fails only if the configuration of a realm could not be evaluated at all, or if a waiver
        matches no finding.
    type: str
    choices: [critical, high, medium, low, info, none]
    default: high
  report_level:
    description:
      - Findings below this severity are left out of the report. They still count, and O(fail_on) still applies to them.
    type: str
    choices: [critical, high, medium, low, info]
    default: info
  waivers:
    description:
      - Accepted findings, which do not fail the task. Each has an owner.
      - A waiver that matches no finding, although its check was evaluated in every realm that it applies to, fails the
        task. An expired waiver fails the task before anything is read.
    type: list
    elements: dict
    suboptions:
      check:
        description: The check's id.
        type: str
        required: true
      target:
        description:
          - The target as the report spells it, with its type (V(client auditor)) or without (V(auditor)). If it is not
            set, all targets of the check.
        type: str
      fingerprint:
        description: The finding's fingerprint, from the report.
        type: str
      realm:
        description: The realm. If it is not set, all realms.
        type: str
      reason:
        description: Why the finding is accepted.
        type: str
        required: true
      owner:
        description: Who is responsible for it.
        type: str
        required: true
      expires:
        description: The last day on which the waiver is valid, V(YYYY-MM-DD).
        type: str
        required: true
  baseline:
    description:
      - Known findings, so that only new ones fail the task. Either the path of a file on the controller, relative to
        the playbook, or the content of such a file.
      - The file is a JSON object with V(version), which is 1, and V(findings), a list of objects with C(fingerprint),
        and with C(check), C(realm) and C(target) for human readers.
    type: raw
  previous_report:
    description:
      - The path of a C(report.json) of an earlier run on the controller, relative to the working directory. The report
        then says what is new, fixed and unchanged since.
      - If the file does not exist, nothing is compared. It is read before the audit, so it may be the file that this
        run's reports replace.
    type: path
  active_probes:
    description:
      - Whether to run checks that send requests which must fail, or end a token of their own.
      - These requests leave error events in the realm, and may trigger alarms. Each is sent once, never with a token
        that anybody else uses, and nothing is created or changed.
      - They are never sent in check mode. Without them, these checks are not evaluated.
    type: bool
    default: false
  validate_only:
    description:
      - Whether to validate the options only. No token is requested, nothing is read, and there is no report.
    type: bool
    default: false
  access_token:
    description:
      - A token of your own, to use instead of one of the client's. Options that say who the client is are then
        ignored, nothing is stored, and the token is not renewed.
      - The controller also uses this option to pass the token to a host.
    type: str
notes:
  - A report shows attackers where to start. Protect it like a secret, and set C(no_log) if the play's output is public.
  - Names in the report come from the realm unchanged. Anybody who may name a client or a group chooses them. Escape
    them wherever you write them.
  - Files such as O(ca_path) must exist on the host that does the audit, and on the controller, which requests the
    token.
seealso:
  - module: authkit.oauth.api
  - plugin: authkit.oauth.token
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Check the client's own realm
  authkit.oauth.realm_check:
    auth_server: sso.example.com
    realm: shop
    client_id: auditor
    client_secret: "{{ vault_auditor_secret }}"

- name: Check two realms with a client of master, and continue whatever is found
  authkit.oauth.realm_check:
    auth_server: sso.example.com
    realm: master
    client_id: auditor
    client_secret: "{{ vault_auditor_secret }}"
    realms: [shop, intranet]
    check_profile: strict
    fail_on: none
  register: audit

- name: Show the counts
  ansible.builtin.debug:
    var: audit.table

- name: Check an export, without a server
  authkit.oauth.realm_check:
    source: exports/shop.json

# The connection comes from the variables authkit_auth_server, authkit_realm, authkit_client_id, authkit_client_secret
- name: Fail on medium findings that are new, with a parameter and a severity of our own
  authkit.oauth.realm_check:
    fail_on: medium
    baseline: realm-baseline.json
    overrides:
      passwords-min-length:
        severity: medium
        parameters:
          min_length: 14
    waivers:
      - check: client-public-no-pkce
        target: legacy-portal
        reason: The vendor's release with PKCE is due in May.
        owner: identity-team@example.com
        expires: "2027-05-31"
"""

RETURN = r"""
report:
  description:
    - All results, one entry for each realm.
    - A check is C(fail) when it has an open finding above C(info), C(waived) when all of these are waived or known,
      C(not_evaluated) when a role or a parameter is missing, C(inconclusive) when the server failed, else C(pass).
  returned: when the options were valid, there was a token, and O(validate_only) is not set
  type: dict
  contains:
    realms:
      description: The realms.
      type: list
      elements: dict
      returned: always
      contains:
        realm:
          description: The realm's name.
          type: str
          returned: always
        server:
          description: The server's address.
          type: str
          returned: always
        summary:
          description:
            - C(failed), and how many C(checks) of each status and open C(findings) of each severity there are.
            - C(missing_roles) names the roles that are missing to evaluate all checks. C(server_version) is
              Keycloak's, or null.
          type: dict
          returned: always
        checks:
          description:
            - The checks that were run, each with C(id), C(status), C(level), C(area), C(severity), C(tier), C(title),
              C(rationale), C(remediation), C(reference), C(reason) (why it is not evaluated or inconclusive, or null)
              and C(findings).
            - A finding has C(target), C(target_type), C(severity), C(message), C(remediation), C(evidence),
              C(fingerprint), C(status) (C(open), C(waived) or C(known)) and C(waiver).
            - With O(previous_report), a finding also has C(trend) (C(new), C(worse), C(milder), C(reopened),
              C(accepted), C(unchanged), or C(not_compared) if its check had no full result then) and C(previous), its
              C(severity) and C(status) in the earlier report, or null.
          type: list
          elements: dict
          returned: always
        trend:
          description:
            - How many findings there are of each C(trend), how many are C(fixed), and how many of the earlier report
              are C(not_evaluated) this time. Only findings above C(info) in one of the reports count.
            - C(fixed_findings) and C(not_evaluated_findings) list the findings, the latter with the C(reason).
              C(failed_before) says how the earlier run ended. C(other_server) is the server of the earlier report, or
              null if it is the same.
          type: dict
          returned: when O(previous_report) exists and has the realm
        remediation:
          description:
            - For each open finding that a change of settings of the realm or a client resolves, the task of
              C(community.general) that makes it, with C(check), C(title), C(target), C(fingerprint), C(module)
              (C(keycloak_realm) or C(keycloak_client)), C(id) of the client and C(settings), the module's options.
            - Nothing is changed automatically. Text in C(settings) may come from the realm and must not be templated.
          type: list
          elements: dict
          returned: always
    trend:
      description:
        - C(since), the time of the earlier report, null if it does not exist yet, and the names of realms that are
          C(only_now) or C(only_before) in one of the two reports.
      type: dict
      returned: when O(previous_report) is set
  sample:
    realms:
      - realm: shop
        server: https://sso.example.com
        summary:
          failed: true
          checks: {pass: 71, fail: 1, waived: 0, not_evaluated: 0, inconclusive: 0}
          findings: {critical: 0, high: 1, medium: 0, low: 0, info: 0}
          missing_roles: []
          server_version: 26.7.3
        checks: []
        remediation: []
failures:
  description: Why the task fails, a sentence for each realm and each waiver that matches nothing. Empty on success.
  returned: when there is a report
  type: list
  elements: str
  sample:
    - "Realm 'shop': 1 open finding at or above high in realm-ssl-required-none, fix or waive what the report shows."
table:
  description:
    - A row for each realm with C(realm), C(status) (C(passed) or C(failed)), the number of checks of each status, and
      the number of open findings of each severity.
  returned: when there is a report
  type: list
  elements: dict
  sample: [{"realm": "shop", "status": "failed", "pass": 71, "fail": 1, "high": 1}]
trend:
  description: How each realm compares with the earlier report, a line each.
  returned: when there is a report and O(previous_report) is set
  type: list
  elements: str
  sample:
    - "shop: 3 new, 2 fixed, 31 unchanged since 2026-11-27 02:00 UTC (was passed, now failed)"
baseline:
  description:
    - The content of a baseline file after this run, every finding above C(info) that is not waived. Write it to a file
      as JSON, and set O(baseline) to that file in later runs.
  returned: when there is a report
  type: dict
  sample: {"version": 1, "findings": []}
msg:
  description: All reasons why the task fails.
  returned: on failure
  type: str
  sample: >-
    Realm 'shop': 1 open finding at or above high in realm-ssl-required-none, fix or waive what the report shows.
error:
  description:
    - The short name of the error, which does not change between versions. The page of errors in the documentation lists
      them all, each with its cause and the next step.
  returned: on failure
  type: str
  sample: audit_failed
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._options.spec import with_defaults
from ..module_utils._realm.job import ARGUMENT_SPEC, check_on_node


def main() -> None:
    module = AnsibleModule(argument_spec=with_defaults(ARGUMENT_SPEC), supports_check_mode=True)
    module.exit_json(**check_on_node(module.params, check_mode=module.check_mode))


if __name__ == "__main__":
    main()
