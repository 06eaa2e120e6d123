"""The audit log as administrators read it."""

from pydantic import BaseModel

from symposion.core.documents import Timestamp


class AuditReply(BaseModel):
    """One entry; ``user_id`` is empty where the account is not known."""

    id: str
    created_at: Timestamp
    user_id: str
    action: str
    about: str
    peer: str
    request_id: str
