"""The reply of the OpenAI chat protocol, as lenient as its many servers need it.

Unknown fields are ignored and known ones may be missing, but what is there must have its type.
Shape: https://platform.openai.com/docs/api-reference/chat/object
"""

from typing import Any

from pydantic import BaseModel

from symposion.ports.language import Finish

FINISH: dict[str, Finish] = {
    "stop": "stop",
    "eos": "stop",
    "length": "length",
    "content_filter": "blocked",
}


class Part(BaseModel):
    """A piece of a message; only pieces with text are speech."""

    text: str | None = None


class Message(BaseModel):
    """What the model said, or why it would not."""

    content: str | list[Part] | None = None
    refusal: str | None = None

    @property
    def text(self) -> str:
        """The text of all parts, joined."""
        if isinstance(self.content, list):
            return "".join(part.text or "" for part in self.content)
        return self.content or ""


class Choice(BaseModel):
    """One of the replies; we ask for one."""

    message: Message = Message()
    finish_reason: str | None = None


class Usage(BaseModel):
    """Token counts as reported, not yet believed."""

    prompt_tokens: Any = None
    completion_tokens: Any = None


class Problem(BaseModel):
    """An error that some servers report with status 200."""

    code: int | str | None = None
    message: str = ""


class Completion(BaseModel):
    """A whole reply."""

    id: str | None = None
    model: str | None = None
    choices: list[Choice] | None = None
    usage: Usage | None = None
    error: Problem | None = None


def outcome(choices: list[Choice]) -> tuple[str, Finish, str]:
    """Return text, finish and the server's own reason; blocked replies have no text."""
    if not choices:
        return "", "empty", ""
    message = choices[0].message
    reason = choices[0].finish_reason or ""
    finish = FINISH.get(reason, "other")
    if finish == "blocked" or message.refusal:
        return "", "blocked", reason
    text = message.text
    return text, "empty" if finish == "stop" and not text.strip() else finish, reason
