"""Personal data as the HTTP contract tells it (section 3)."""

from typing import Any

from pydantic import BaseModel

from symposion.core.documents import Timestamp
from symposion.features.accounts.wire import User


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
    agents: list[dict[str, Any]]
    simulations: list[dict[str, Any]]
    conversations: list[dict[str, Any]]
    documents: list[dict[str, Any]]
