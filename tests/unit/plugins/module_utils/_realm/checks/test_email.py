# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The realm's mails."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.email import (
    email_missing_but_needed,
    email_smtp_cleartext,
    email_smtp_no_auth,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case


def smtp(host: str = "mail.example.org", **settings: Any) -> dict[str, Any]:
    return {"realm": {"smtpServer": {"host": host, **settings}}}


CASES: list[Case] = [
    case(email_smtp_cleartext, [REALM], **smtp()),
    case(email_smtp_cleartext, [REALM], **smtp(ssl="false", starttls="")),
    case(email_smtp_cleartext, **smtp(ssl="true")),
    case(email_smtp_cleartext, **smtp(starttls="true", ssl="")),
    case(email_smtp_cleartext, **smtp(starttls=True)),
    case(email_smtp_cleartext, **smtp("localhost")),
    case(email_smtp_cleartext, **smtp("127.0.0.1")),
    case(email_smtp_cleartext, **smtp("::1")),
    case(email_smtp_cleartext, **smtp("")),
    case(email_smtp_cleartext, realm={"smtpServer": {}}),
    case(email_smtp_cleartext, realm={}),
    case(email_smtp_cleartext, unknown=NotEvaluated, **smtp(ssl="perhaps")),
    case(email_missing_but_needed, [REALM], realm={"verifyEmail": True}),
    case(email_missing_but_needed, [REALM], realm={"resetPasswordAllowed": True, "smtpServer": {"from": "a@b.c"}}),
    case(email_missing_but_needed, realm={"verifyEmail": True, "smtpServer": {"host": "mail.example.org"}}),
    case(email_missing_but_needed, realm={"smtpServer": {}}),
    case(email_smtp_no_auth, [REALM], **smtp()),
    case(email_smtp_no_auth, [REALM], **smtp(auth="false")),
    case(email_smtp_no_auth, **smtp(auth="true")),
    case(email_smtp_no_auth, **smtp("localhost")),
    case(email_smtp_no_auth, realm={}),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
