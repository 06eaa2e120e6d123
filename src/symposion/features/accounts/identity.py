"""The house's own `Identity`: accounts and sessions in the store, tokens signed by us."""

from dataclasses import dataclass
from datetime import timedelta

from symposion.core.errors import NotFound, Unauthenticated
from symposion.features.accounts import tokens
from symposion.features.accounts.models import ACCOUNTS, SESSIONS, Account, Session
from symposion.ports.clock import Clock
from symposion.ports.identity import Actor
from symposion.ports.store import Store


@dataclass(frozen=True, slots=True)
class AccountIdentity:
    """Knows everybody who has an account.

    Attributes:
        key: Signs the tokens.
        life: How long a session lasts.
    """

    store: Store
    clock: Clock
    key: str
    life: timedelta

    async def identify(self, token: str) -> Actor:
        """Return whose token this is; session and account are read each time.

        Raises:
            Unauthenticated: The token is no good, its session has ended, or its account is gone.
        """
        claims = tokens.verify(token, self.key)
        try:
            session = await self.store.collection(SESSIONS).get(claims.session_id)
            account = await self.store.collection(ACCOUNTS).get(claims.user_id)
        except NotFound:
            raise Unauthenticated from None
        if session.user_id != account.id or not account.active:
            raise Unauthenticated
        if session.expires_at + tokens.LEEWAY <= self.clock.now():
            raise Unauthenticated
        return Actor(account.id, account.tenant_id, _roles(account), session.id)

    async def admit(self, user_id: str, tenant_id: str) -> str:
        """Open a session for an account and return the bearer token that stands for it."""
        now = self.clock.now()
        opened = Session(
            tenant_id=tenant_id, user_id=user_id, created_at=now, expires_at=now + self.life
        )
        session = await self.store.collection(SESSIONS).insert(opened)
        claims = tokens.Claims(user_id=user_id, session_id=session.id)
        return tokens.sign(claims, self.key, now=now, expires_at=session.expires_at)


def _roles(account: Account) -> frozenset[str]:
    """Return what ``account`` is beyond a user."""
    roles = {"admin": account.is_admin, "guest": account.auth_type == "guest"}
    return frozenset(role for role, held in roles.items() if held)
