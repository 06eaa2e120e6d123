"""Personal data as the HTTP contract tells it (section 3)."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from symposion.core.documents import Timestamp
from symposion.features.accounts.wire import SomePassword, User


class Leaving(BaseModel):
    """The password that allows to delete an account; not asked of who has none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    current_password: SomePassword = Field(default="", repr=False)


class UserInfo(BaseModel):
    """Whose data it is, and of when."""

    id: str
    name: str
    email: str
    export_date: Timestamp


class Export(BaseModel):
    """Everything of an account, to be saved as a file; each list has its oldest entry first."""

    user_info: UserInfo
    profile: User
    api_keys: list[dict[str, Any]]
    linked_accounts: list[dict[str, Any]]
    agents: list[dict[str, Any]]
    saved_agents: list[dict[str, Any]]
    simulations: list[dict[str, Any]]
    conversations: list[dict[str, Any]]
    documents: list[dict[str, Any]]
    organizations: list[dict[str, Any]]
    shares: list[dict[str, Any]]
