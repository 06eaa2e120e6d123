"""The policy table: one row for every operation; a route without a row is not served.

`tests/house` compares it with the routes, and `tests/security` tries what it says.
"""

from symposion.web.policy import Policies, Policy
from symposion.web.rates import (
    LOGIN,
    LOGIN_ACCOUNT,
    READS,
    REFRESH,
    REGISTER,
    SPENDING,
    STRANGERS_IMAGES,
    TEST_LOGIN,
    WRITES,
)

PROFILE_LIMIT = 7 * 1024 * 1024
"""Most bytes of a profile: a picture of 5 MiB in base64, and some text (reliability R6.2)."""

FILE_LIMIT = 5 * 1024 * 1024
"""Most bytes of a file of agents."""

POLICIES: Policies = {
    ("GET", "/"): Policy((READS,), public=True),
    ("GET", "/health"): Policy((), public=True),
    ("POST", "/auth/register"): Policy((REGISTER,), public=True, guest="none", spends="bcrypt"),
    ("POST", "/auth/login"): Policy(
        (LOGIN, LOGIN_ACCOUNT), public=True, guest="none", spends="bcrypt"
    ),
    ("POST", "/auth/test-login"): Policy((TEST_LOGIN,), public=True, guest="none"),
    ("GET", "/auth/me"): Policy((READS,)),
    ("POST", "/auth/logout"): Policy((WRITES,), session=True),
    ("PUT", "/auth/profile"): Policy((WRITES,), session=True, body=PROFILE_LIMIT, misfit=400),
    ("PUT", "/auth/change-email"): Policy(
        (WRITES, LOGIN), guest="refused", session=True, spends="bcrypt", misfit=400
    ),
    ("PUT", "/auth/change-password"): Policy(
        (WRITES, LOGIN), guest="refused", session=True, spends="bcrypt", misfit=400
    ),
    ("POST", "/auth/enable-2fa"): Policy((WRITES, LOGIN), guest="refused", session=True),
    ("GET", "/auth/2fa"): Policy((READS,), session=True),
    ("GET", "/auth/2fa/setup"): Policy((READS, LOGIN), public=True, guest="none"),
    ("POST", "/auth/2fa/setup"): Policy((LOGIN,), public=True, guest="none", spends="bcrypt"),
    ("POST", "/auth/2fa/confirm"): Policy(
        (WRITES, LOGIN), guest="refused", session=True, spends="bcrypt"
    ),
    ("POST", "/auth/2fa/recovery-codes"): Policy(
        (WRITES, LOGIN), guest="refused", session=True, spends="bcrypt"
    ),
    ("POST", "/auth/2fa/disable"): Policy(
        (WRITES, LOGIN), guest="refused", session=True, spends="bcrypt"
    ),
    ("POST", "/auth/2fa/challenge"): Policy((LOGIN,), public=True, guest="none"),
    ("GET", "/auth/google"): Policy((READS, LOGIN), public=True, guest="none"),
    ("POST", "/auth/google"): Policy((LOGIN,), public=True, guest="none"),
    ("GET", "/auth/google/callback"): Policy((READS, LOGIN), public=True, guest="none"),
    ("POST", "/auth/google/callback"): Policy((LOGIN,), public=True, guest="none"),
    ("POST", "/auth/google/link"): Policy(
        (WRITES, LOGIN), guest="refused", session=True, spends="bcrypt"
    ),
    ("DELETE", "/auth/google/link"): Policy((WRITES, LOGIN), guest="refused", session=True),
    ("GET", "/auth/export-data"): Policy((READS, LOGIN), session=True),
    ("DELETE", "/auth/account"): Policy((WRITES, LOGIN), session=True, spends="bcrypt"),
    ("POST", "/auth/refresh-token"): Policy((WRITES,), guest="refused", session=True),
    ("POST", "/auth/refresh"): Policy((REFRESH,), public=True, guest="none"),
    ("GET", "/auth/sessions"): Policy((READS,), session=True),
    ("DELETE", "/auth/sessions/{session_id}"): Policy((WRITES,), session=True, foreign=404),
    ("GET", "/api-keys"): Policy((READS,), guest="refused", session=True),
    ("POST", "/api-keys"): Policy((WRITES,), guest="refused", session=True),
    ("DELETE", "/api-keys/{key_id}"): Policy((WRITES,), guest="refused", session=True, foreign=404),
    ("GET", "/admin/audit-log"): Policy((READS,), admin=True, foreign=403),
    ("POST", "/organizations"): Policy((WRITES,), guest="refused", key=True),
    ("GET", "/organizations"): Policy((READS,), guest="refused"),
    ("POST", "/organizations/join"): Policy((WRITES,), guest="refused"),
    ("GET", "/organizations/{organization_id}"): Policy((READS,), guest="refused", foreign=404),
    ("PUT", "/organizations/{organization_id}"): Policy((WRITES,), guest="refused", foreign=404),
    ("DELETE", "/organizations/{organization_id}"): Policy(
        (WRITES,), guest="refused", session=True, foreign=404
    ),
    ("GET", "/organizations/{organization_id}/members"): Policy(
        (READS,), guest="refused", foreign=404
    ),
    ("PUT", "/organizations/{organization_id}/members/{user_id}"): Policy(
        (WRITES,), guest="refused", session=True, foreign=404
    ),
    ("DELETE", "/organizations/{organization_id}/members/{user_id}"): Policy(
        (WRITES,), guest="refused", session=True, foreign=404
    ),
    ("POST", "/organizations/{organization_id}/leave"): Policy(
        (WRITES,), guest="refused", foreign=404, key=True
    ),
    ("POST", "/organizations/{organization_id}/transfer"): Policy(
        (WRITES,), guest="refused", session=True, foreign=404, key=True
    ),
    ("POST", "/organizations/{organization_id}/invitations"): Policy(
        (WRITES,), guest="refused", session=True, foreign=404
    ),
    ("GET", "/organizations/{organization_id}/invitations"): Policy(
        (READS,), guest="refused", foreign=404
    ),
    ("DELETE", "/organizations/{organization_id}/invitations/{invitation_id}"): Policy(
        (WRITES,), guest="refused", foreign=404
    ),
    ("POST", "/organizations/{organization_id}/agents"): Policy(
        (WRITES,), guest="refused", foreign=404, key=True
    ),
    ("GET", "/organizations/{organization_id}/agents"): Policy(
        (READS,), guest="refused", foreign=404
    ),
    ("GET", "/organizations/{organization_id}/agents/{agent_id}"): Policy(
        (READS,), guest="refused", foreign=404
    ),
    ("DELETE", "/organizations/{organization_id}/agents/{agent_id}"): Policy(
        (WRITES,), guest="refused", foreign=404
    ),
    ("POST", "/organizations/{organization_id}/agents/{agent_id}/copy"): Policy(
        (WRITES,), guest="refused", foreign=404, key=True
    ),
    ("POST", "/organizations/{organization_id}/simulations"): Policy(
        (WRITES,), guest="refused", foreign=404, key=True
    ),
    ("GET", "/organizations/{organization_id}/simulations"): Policy(
        (READS,), guest="refused", foreign=404
    ),
    ("GET", "/organizations/{organization_id}/simulations/{simulation_id}"): Policy(
        (READS,), guest="refused", foreign=404
    ),
    ("DELETE", "/organizations/{organization_id}/simulations/{simulation_id}"): Policy(
        (WRITES,), guest="refused", foreign=404
    ),
    ("GET", "/organizations/{organization_id}/simulations/{simulation_id}/conversations"): Policy(
        (READS,), guest="refused", foreign=404
    ),
    ("GET", "/agents"): Policy((READS,)),
    ("POST", "/agents"): Policy((WRITES,), key=True),
    ("POST", "/agents/import"): Policy(
        (WRITES,), key=True, spends="cpu", body=FILE_LIMIT, raw=True
    ),
    ("GET", "/agents/export"): Policy((READS,), foreign=404),
    ("POST", "/agents/bulk-delete"): Policy((WRITES,), foreign=404, key=True),
    ("DELETE", "/agents/bulk"): Policy((WRITES,), foreign=404),
    ("GET", "/agents/{agent_id}"): Policy((READS,), foreign=404),
    ("PUT", "/agents/{agent_id}"): Policy((WRITES,), foreign=404),
    ("DELETE", "/agents/{agent_id}"): Policy((WRITES,), foreign=404),
    ("PUT", "/agents/{agent_id}/expertise"): Policy((WRITES,), foreign=404, misfit=400),
    ("POST", "/agents/{agent_id}/add-memory"): Policy((WRITES,), foreign=404, key=True, misfit=400),
    ("POST", "/agents/{agent_id}/clear-memory"): Policy((WRITES,), foreign=404, key=True),
    ("GET", "/agents/{agent_id}/style"): Policy((READS,), foreign=404),
    ("GET", "/archetypes"): Policy((READS,), public=True),
    ("GET", "/saved-agents"): Policy((READS,)),
    ("POST", "/saved-agents"): Policy((WRITES,), key=True),
    ("PUT", "/saved-agents/{saved_id}"): Policy((WRITES,), foreign=404),
    ("PUT", "/saved-agents/{saved_id}/favorite"): Policy((WRITES,), foreign=404),
    ("DELETE", "/saved-agents/{saved_id}"): Policy((WRITES,), foreign=404),
    ("GET", "/library/agents"): Policy((READS,)),
    ("GET", "/library/agents/{library_id}"): Policy((READS,), foreign=404),
    ("POST", "/library/agents/{library_id}/add"): Policy((WRITES,), foreign=404, key=True),
    ("GET", "/library/sectors"): Policy((READS,)),
    ("GET", "/library/search"): Policy((READS,)),
    ("GET", "/library/panels"): Policy((READS,)),
    ("GET", "/library/panels/{panel_id}"): Policy((READS,), foreign=404),
    ("POST", "/library/panels/{panel_id}/add"): Policy((WRITES,), foreign=404, key=True),
    ("POST", "/avatars/generate"): Policy(
        (SPENDING,),
        guest="quota",
        key=True,
        spends="image",
        misfit=400,
        strangers=(STRANGERS_IMAGES,),
    ),
    ("POST", "/agents/generate-avatar"): Policy(
        (SPENDING,), guest="quota", key=True, spends="image", misfit=400
    ),
    ("POST", "/auth/generate-profile-avatar"): Policy(
        (SPENDING,), guest="quota", session=True, key=True, spends="image"
    ),
    ("GET", "/portraits/{portrait_id}"): Policy((READS,), public=True, guest="none", foreign=404),
    ("GET", "/simulation/state"): Policy((READS,)),
    ("POST", "/simulation/set-scenario"): Policy((WRITES,), key=True),
    ("POST", "/simulation/start"): Policy((WRITES,), key=True),
    ("GET", "/conversations"): Policy((READS,)),
    ("POST", "/conversation/generate"): Policy(
        (SPENDING,), guest="quota", key=True, spends="model"
    ),
}
