"""The policy table: one row for every operation; a route without a row is not served.

`tests/house` compares it with the routes, and `tests/security` tries what it says.
"""

from symposion.web.policy import Policies, Policy
from symposion.web.rates import LOGIN, LOGIN_ACCOUNT, READS, REGISTER, SPENDING, TEST_LOGIN, WRITES

PROFILE_LIMIT = 7 * 1024 * 1024
"""Most bytes of a profile: a picture of 5 MiB in base64, and some text (reliability R6.2)."""

POLICIES: Policies = {
    ("GET", "/"): Policy((READS,), public=True),
    ("GET", "/health"): Policy((), public=True),
    ("POST", "/auth/register"): Policy((REGISTER,), public=True, guest="none", spends="bcrypt"),
    ("POST", "/auth/login"): Policy(
        (LOGIN, LOGIN_ACCOUNT), public=True, guest="none", spends="bcrypt"
    ),
    ("POST", "/auth/test-login"): Policy((TEST_LOGIN,), public=True, guest="none"),
    ("GET", "/auth/me"): Policy((READS,)),
    ("POST", "/auth/logout"): Policy((WRITES,)),
    ("PUT", "/auth/profile"): Policy((WRITES,), body=PROFILE_LIMIT),
    ("PUT", "/auth/change-email"): Policy((WRITES, LOGIN), guest="refused", spends="bcrypt"),
    ("PUT", "/auth/change-password"): Policy((WRITES, LOGIN), guest="refused", spends="bcrypt"),
    ("GET", "/auth/export-data"): Policy((READS, LOGIN)),
    ("DELETE", "/auth/account"): Policy((WRITES,)),
    ("GET", "/auth/sessions"): Policy((READS,)),
    ("DELETE", "/auth/sessions/{session_id}"): Policy((WRITES,), foreign=404),
    ("GET", "/agents"): Policy((READS,)),
    ("POST", "/agents"): Policy((WRITES,)),
    ("GET", "/simulation/state"): Policy((READS,)),
    ("POST", "/simulation/set-scenario"): Policy((WRITES,)),
    ("POST", "/simulation/start"): Policy((WRITES,)),
    ("GET", "/conversations"): Policy((READS,)),
    ("POST", "/conversation/generate"): Policy((SPENDING,), guest="quota", spends="model"),
}
