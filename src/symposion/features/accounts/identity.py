"""The house's own `Identity`: accounts and sessions in the store, tokens signed by us."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from symposion.core.errors import NotFound, Unauthenticated
from symposion.features.accounts import tokens
from symposion.features.accounts.models import ACCOUNTS, SESSIONS, Account, Session
from symposion.features.api_keys.models import API_KEYS
from symposion.features.api_keys.service import PREFIX, recognise
from symposion.ports.clock import Clock
from symposion.ports.identity import Actor, Renewal
from symposion.ports.store import Store


@dataclass(frozen=True, slots=True)
class AccountIdentity:
    """Knows everybody who has an account.

    Attributes:
        key: Signs the tokens.
        life: How long a token lasts, and a session without refresh tokens.
        refresh_life: How long a refresh token lasts; each refresh gives its session as much again.
        previous_key: Signed them before; its tokens are good until they expire. Empty for none.
    """

    store: Store
    clock: Clock
    key: str
    life: timedelta
    refresh_life: timedelta = timedelta(days=30)
    previous_key: str = ""

    async def identify(self, token: str) -> Actor:
        """Return whose token or API key this is; what it stands for is read each time.

        Raises:
            Unauthenticated: It is no good, its session has ended, or its account is gone.
        """
        keys = (self.key, self.previous_key) if self.previous_key else (self.key,)
        if token.startswith(PREFIX):
            return await self._of_key(token)
        claims = tokens.verify(token, keys, self.clock.now())
        session, account = await self._alive(claims.session_id)
        if claims.user_id != account.id:
            raise Unauthenticated
        return Actor(account.id, account.tenant_id, _roles(account), session.id)

    async def _of_key(self, token: str) -> Actor:
        """Return for whom an API key acts, and what it may. Raises `Unauthenticated`."""
        key = await recognise(self.store.collection(API_KEYS), token, self.clock.now())
        try:
            account = await self.store.collection(ACCOUNTS).get(key.user_id)
        except NotFound:
            raise Unauthenticated from None
        if not account.active:
            raise Unauthenticated
        return Actor(account.id, account.tenant_id, _roles(account), scopes=frozenset(key.scopes))

    async def _alive(self, session_id: str) -> tuple[Session, Account]:
        """Return a session and whose it is. Raises `Unauthenticated` unless both are good."""
        try:
            session = await self.store.collection(SESSIONS).get(session_id)
            account = await self.store.collection(ACCOUNTS).get(session.user_id)
        except NotFound:
            raise Unauthenticated from None
        if not account.active or session.expires_at + tokens.LEEWAY <= self.clock.now():
            raise Unauthenticated
        return session, account

    async def admit(self, user_id: str, tenant_id: str) -> str:
        """Open a session for an account and return the bearer token that stands for it."""
        now = self.clock.now()
        opened = Session(
            tenant_id=tenant_id, user_id=user_id, created_at=now, expires_at=now + self.life
        )
        return self._sign(await self.store.collection(SESSIONS).insert(opened), now)

    async def renew(self, session_id: str) -> Renewal:
        """Put off the end of a session, and return another token for it.

        Raises:
            Unauthenticated: The session has ended, or its account may not come in.
        """
        await self._alive(session_id)
        now = self.clock.now()
        until = now + self.refresh_life
        last = max(until, now + self.life)
        try:
            session = await self.store.collection(SESSIONS).update(
                session_id, lambda old: old.but(expires_at=max(old.expires_at, last))
            )
        except NotFound:  # it was ended meanwhile
            raise Unauthenticated from None
        return Renewal(self._sign(session, now), self.life, until, self.refresh_life)

    def _sign(self, session: Session, now: datetime) -> str:
        claims = tokens.Claims(user_id=session.user_id, session_id=session.id)
        return tokens.sign(claims, self.key, now=now, expires_at=now + self.life)


def _roles(account: Account) -> frozenset[str]:
    """Return what ``account`` is beyond a user."""
    roles = {"admin": account.is_admin, "guest": account.auth_type == "guest"}
    return frozenset(role for role, held in roles.items() if held)
