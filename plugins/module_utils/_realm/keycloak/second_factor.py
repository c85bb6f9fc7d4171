# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How reliably a flow asks for a second factor, on the weakest way through it."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from ..snapshot.snapshot import Execution, Flow
from .flow_paths import NOTHING, Tag, Way, ways
from .flows import ALTERNATIVE, DISABLED, PASSWORD_FORMS, REQUIRED, is_condition, providers

FACTORS = frozenset(
    {
        "auth-otp-form",
        "webauthn-authenticator",
        "webauthn-authenticator-passwordless",
        "auth-recovery-authn-code-form",
        "auth-conditional-otp-form",
        "auth-x509-client-username-form",
    }
)
#: Users who have none set it up at login. A certificate cannot be set up that way.
_SET_UP_LATER = FACTORS - {"auth-x509-client-username-form"}
#: Results. NONE: some users log in without a second factor. OPTIONAL: only users who set one up are asked for it.
#: ASKED: it is skipped for other reasons, or never. ELSEWHERE: users do not authenticate in this flow.
NONE, OPTIONAL, ASKED, ELSEWHERE = "none", "optional", "asked", "elsewhere"
#: Users whom these let in authenticated earlier or elsewhere.
_EXTERNAL = frozenset({"auth-cookie", "auth-spnego", "identity-provider-redirector", "organization"})
_NEUTRAL = frozenset({"user-session-limits"})
_USER_CONFIGURED = "conditional-user-configured"
_LOCAL, _FACTOR, _SOMETIMES, _IF_CONFIGURED = "local", "factor", "sometimes", "if-configured"


def second_factor(flow: Flow, extra: Collection[str] = ()) -> str:
    """NONE, OPTIONAL, ASKED or ELSEWHERE.

    :param extra: provider ids of extensions that are second factors.
    """
    found = ways(flow.root, _tag(frozenset(extra)), _conditional)
    local = [way for way in found if _LOCAL in way]
    if not local:
        if any(_FACTOR in way for way in found):
            return ASKED
        # A password form on no way was meant to be used: what followed it was disabled.
        return ELSEWHERE if PASSWORD_FORMS.isdisjoint(providers(flow)) else NONE
    if any(way == {_LOCAL} for way in local):
        return NONE
    return OPTIONAL if any(way.isdisjoint({_FACTOR, _SOMETIMES}) for way in local) else ASKED


@lru_cache(maxsize=16)  # one object per argument: ways() caches by it
def _tag(extra: frozenset[str]) -> Tag:
    return lambda step: _tags(step, extra)


def factors(flow: Flow, extra: Collection[str] = ()) -> list[str]:
    """The second factors that a login can reach, for evidence."""
    return sorted(each for each in providers(flow) if each in FACTORS or each in extra)


def with_proofs(proof: str, others: Tag) -> Tag:
    """Tags with `proof` the second factors that users without one cannot pass, and other steps as `others` does.

    Keycloak lets these users pass a required factor, and has them set it up once they are logged in.
    """
    own = frozenset({proof})
    return lambda step: own if _proves(step) else others(step)


def _proves(step: Execution) -> bool:
    return step.provider in FACTORS and (step.requirement == ALTERNATIVE or step.provider not in _SET_UP_LATER)


def _tags(step: Execution, extra: Collection[str]) -> Way:
    if step.provider in FACTORS or step.provider in extra:
        return frozenset({_FACTOR})
    return NOTHING if step.provider in _EXTERNAL | _NEUTRAL else frozenset({_LOCAL})


def _conditional(execution: Execution, inner: frozenset[Way]) -> tuple[frozenset[Way], frozenset[Way]]:
    """Keeps the sub-flow's factors on the way, marked as ones that may be skipped."""
    if not inner:
        return frozenset(), frozenset({NOTHING})
    return frozenset(_relabelled(way, _kind(execution)) for way in inner), frozenset()


def _relabelled(way: Way, kind: str) -> Way:
    changed = {_FACTOR: kind, _SOMETIMES: _IF_CONFIGURED if kind == _IF_CONFIGURED else _SOMETIMES}
    return frozenset(changed.get(tag, tag) for tag in way)


def _kind(execution: Execution) -> str:
    enabled = [each for each in execution.children if each.requirement != DISABLED]
    conditions = [each.provider for each in enabled if is_condition(each)]
    # The condition considers the steps beside it, not those of sub-flows; without any such step it is always true.
    looked_at = any(
        each.requirement in (REQUIRED, ALTERNATIVE) and not is_condition(each) and each.provider and not each.children
        for each in enabled
    )
    if _USER_CONFIGURED in conditions and looked_at:
        return _IF_CONFIGURED
    return _FACTOR if set(conditions) == {_USER_CONFIGURED} else _SOMETIMES
