# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of all errors is what their classes say, and their names are those that playbooks know."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError
from ansible_collections.authkit.oauth.tests.tools.errors import PAGE, explained, kinds, page

KINDS = kinds()
#: Playbooks compare with these: add names, but never change or remove one.
NAMES = """
admin_request_refused
ambiguous_key
answer_too_large
arguments_refused
assertion_refused
assertion_unavailable
audience_refused
audit_failed
bad_signature
certificate_expired
certificate_host_mismatch
certificate_not_trusted
client_auth_method_refused
client_authentication_failed
client_certificate_refused
client_not_confidential
client_not_found
client_not_rotatable
clocks_differ
collection_bug
connection_failed
contradictory_options
deadline_exceeded
device_code_unusable
device_flow_unavailable
discovery_failed
endpoint_not_found
endpoint_redirects
fact_variable
file_not_written
grant_assertion_refused
grant_refused
host_not_allowed
https_required
incomplete_listing
insecure_url
introspection_failed
invalid_option
issuer_mismatch
keys_unavailable
library_missing
listing_too_long
login_denied
login_expired
login_not_kept
missing_option
missing_role
mixed_sources
module_failed
name_not_resolved
not_a_listing
not_a_resource
not_json
not_logged_in
not_signed
operation_elsewhere
operation_failed
operation_timed_out
page_elsewhere
paging_loop
proof_refused
proxy_failed
rate_limited
realm_disabled
realms_differ
redirect_refused
refresh_token_refused
request_timed_out
requirement_not_met
revocation_failed
rotation_failed
scope_refused
secret_not_kept
server_unavailable
service_accounts_disabled
setup_warning
several_match
shared_key
store_busy
store_not_writable
store_refused
subject_token_refused
tls_failed
token_not_active
token_not_verifiable
token_rejected
token_request_refused
truncated_answer
unauthorized_after_redirect
unexpected_status
unknown_client
unknown_key
unknown_option
unknown_profile
unknown_realm
unusable_token
user_refused
wrong_claims
wrong_client_secret
wrong_private_key
"""


def test_the_page_is_the_one_that_make_catalogue_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(KINDS), "run make catalogue"


def test_the_names_stay_and_each_is_of_one_class() -> None:
    assert [kind.short_name() for kind in KINDS] == NAMES.split()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.short_name())
def test_each_says_a_cause_and_a_next_step(kind: type[AuthkitError]) -> None:
    cause, step = explained(kind)
    assert len(cause) > 10
    assert step.endswith(".")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.short_name())
def test_each_name_survives_the_store(kind: type[AuthkitError]) -> None:
    assert AuthkitError.from_data(kind("It is wrong.").to_data()).short_name() == kind.short_name()
