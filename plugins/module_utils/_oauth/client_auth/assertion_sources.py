# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a CI job, a pod or an automation platform has its identity as a JWT: one function for each platform.

The environment names the places, and is that of the controller. A request token of the environment is a secret: it goes
only to the URL beside it, over https (http for this machine only), and into no message.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import quote

from ..._errors import AssertionUnavailable
from ..._http.model import (
    LONGEST_OAUTH_ANSWER,
    BearerCredentials,
    HttpRequest,
    HttpResponse,
    Retries,
    TransportSettings,
)
from ..._urls import check_url, safe_url
from ..._words import listed
from .assertion_file import assertion_of_file, checked_assertion

#: Where the projected volume of a pod is expected. The service account's usual token is left alone: it opens the
#: cluster's own API, so no other server may see it.
KUBERNETES_TOKEN = "/var/run/secrets/authkit/token"


@dataclass(frozen=True)
class Wanted:
    """What a source is asked for, and how to reach it."""

    audience: str
    proxy: str | None = field(default=None, repr=False)
    timeout: float = 30.0
    retries: int = 0


def github_actions(wanted: Wanted) -> str:
    """A new OIDC token of a GitHub (or Forgejo) Actions job, for the audience."""
    url, token = _variables(
        "github_actions",
        ("ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
        "give the job permissions: id-token: write (pull requests from forks cannot have it)",
    )
    check_url(url, allow_http=False, what="ACTIONS_ID_TOKEN_REQUEST_URL")
    asked = f"{url}{'&' if '?' in url else '?'}audience={quote(wanted.audience, safe='')}"
    return _fetched("github_actions", _request("GET", asked, token), "value", wanted)


def azure_devops(wanted: Wanted) -> str:
    """A new OIDC token of an Azure Pipelines job: of its service connection, if it has one, else of the pipeline.

    Its audience is always api://AzureADTokenExchange.
    """
    url, token = _variables(
        "azure_devops",
        ("SYSTEM_OIDCREQUESTURI", "SYSTEM_ACCESSTOKEN"),
        "run the play in an Azure Pipelines job whose step has env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)",
    )
    check_url(url, allow_http=False, what="SYSTEM_OIDCREQUESTURI")
    # The tasks AzureCLI and AzurePowerShell set it for their azureSubscription.
    connection = os.environ.get("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID")
    query = f"&serviceConnectionId={quote(connection, safe='')}" if connection else ""
    # Suppress: with a token that is not accepted, the server would otherwise redirect to its login page.
    headers = {"Content-Type": "application/json", "X-TFS-FedAuthRedirect": "Suppress"}
    request = _request("POST", f"{url.rstrip('/')}?api-version=7.1{query}", token, headers)
    return _fetched("azure_devops", request, "oidcToken", wanted)


def gitlab(_wanted: Wanted) -> str:
    """The ID token of a GitLab job. GitLab issues it once, when the job starts."""
    (token,) = _variables(
        "gitlab",
        ("GITLAB_OIDC_TOKEN",),
        "give the job id_tokens: GITLAB_OIDC_TOKEN: aud: with the audience that the server expects",
    )
    return checked_assertion(token, "GITLAB_OIDC_TOKEN")


def kubernetes(_wanted: Wanted) -> str:
    """The projected service account token of a pod, which the kubelet renews; on AKS, that of workload identity."""
    path = KUBERNETES_TOKEN
    if not os.path.exists(path):
        path = os.environ.get("AZURE_FEDERATED_TOKEN_FILE") or path
    if not os.path.exists(path):
        raise AssertionUnavailable(
            f"client_assertion_source kubernetes finds no {path}: mount a projected volume with a serviceAccountToken, "
            "whose audience the server expects, into the pod there, or name its file in client_assertion_path."
        )
    return assertion_of_file(path, "client_assertion_source kubernetes")


def aap(_wanted: Wanted) -> str:
    """The workload identity token of a job of Ansible Automation Platform, which a credential injects."""
    path = os.environ.get("AAP_WORKLOAD_IDENTITY_TOKEN_FILE")
    if path:
        return assertion_of_file(path, "AAP_WORKLOAD_IDENTITY_TOKEN_FILE")
    (token,) = _variables(
        "aap",
        ("AAP_WORKLOAD_IDENTITY_TOKEN",),
        "give the job template a credential whose type injects the job's workload identity token as that variable, or "
        "as a file that AAP_WORKLOAD_IDENTITY_TOKEN_FILE names",
    )
    return checked_assertion(token, "AAP_WORKLOAD_IDENTITY_TOKEN")


#: By the option client_assertion_source, whose choices these are.
SOURCES: Mapping[str, Callable[[Wanted], str]] = MappingProxyType(
    {
        "github_actions": github_actions,
        "gitlab": gitlab,
        "azure_devops": azure_devops,
        "kubernetes": kubernetes,
        "aap": aap,
    }
)


def assertion_from(source: str, wanted: Wanted) -> str:
    """An assertion of a source, new where the source can make one.

    :raises AssertionUnavailable: the environment lacks it, or its server refuses.
    :raises OptionError: the URL in the environment must not be used.
    :raises NetworkError: its server cannot be reached.
    """
    return SOURCES[source](wanted)


def _variables(source: str, names: tuple[str, ...], advice: str) -> tuple[str, ...]:
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        raise AssertionUnavailable(
            f"client_assertion_source {source} finds no {listed(missing)} in the environment: {advice}."
        )
    return tuple(os.environ[name].strip() for name in names)


def _request(method: str, url: str, token: str, headers: Mapping[str, str] | None = None) -> HttpRequest:
    return HttpRequest(
        method,
        url,
        headers={"Accept": "application/json", **(headers or {})},
        body=b"" if method == "POST" else None,
        credentials=BearerCredentials(token),
        limit=LONGEST_OAUTH_ANSWER,
    )


def _fetched(source: str, request: HttpRequest, member: str, wanted: Wanted) -> str:
    """The assertion in a platform's response.

    The connection's own certificates and authorities are for the authorization server, not for this one.
    """
    from ..._http.transports import urls_transport

    settings = TransportSettings(proxy=wanted.proxy, timeout=wanted.timeout)
    with closing(urls_transport(settings)) as transport:
        response = transport.send(request, Retries(count=wanted.retries))
    token = response.json_members().get(member) if response.status == 200 else None
    if not isinstance(token, str):
        raise AssertionUnavailable(_refused(source, response))
    return checked_assertion(token, f"The {member} from {safe_url(response.url)}")


def _refused(source: str, response: HttpResponse) -> str:
    where = f"{safe_url(response.url)} gave client_assertion_source {source} no token (HTTP {response.status})"
    if response.status in (401, 403):
        return f"{where}: the job's own token is not accepted, as when the job has ended or lacks the permission."
    return f"{where}: look at the status of that service, and try again."
