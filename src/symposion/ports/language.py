"""A model that writes what an agent says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from symposion.core.errors import Invalid, Unavailable
from symposion.ports.brief import Brief

Finish: TypeAlias = Literal["stop", "length", "blocked", "empty", "other"]

Provider: TypeAlias = Literal["offline", "gemini", "openai"]

_LONGEST_NAME = 200


def parse_model_name(spec: str) -> tuple[Provider, str]:
    """Return provider and model of ``spec``: "offline", "gemini:NAME" or "openai:NAME".

    NAME is the provider's own, may hold colons ("openai:llama3:8b") and is 1 to 200 printable
    characters; it is empty for the offline model.

    Raises:
        Invalid: ``spec`` is none of these.
    """
    kind, colon, name = spec.strip().partition(":")
    name = name.strip()
    if kind == "offline" and not colon:
        return "offline", ""
    if kind in ("gemini", "openai") and 0 < len(name) <= _LONGEST_NAME and name.isprintable():
        return kind, name
    raise Invalid(
        f"There is no model {spec[:80]!r}: it can be offline, gemini:NAME or openai:NAME, "
        "such as gemini:gemini-3.1-flash-lite."
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a prompt."""

    role: Literal["system", "user", "model"]
    text: str


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs, in micro-USD per million tokens."""

    tokens_in: int
    tokens_out: int


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What the engine must know about a model before it calls it.

    Attributes:
        provider: "offline", "gemini", "openai", ...
        model: The model's own name.
        price: None when nobody told us: tokens are then counted and no cost is claimed.
        simulated: True if the text is made by rules and says nothing about how a model or a
            person would speak; every turn made by it is stamped so.
    """

    provider: str
    model: str
    price: Price | None
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One call to a model.

    Attributes:
        key: Stable name of the call, ``run/turn/purpose/attempt``.
        prompt: The messages, oldest first; what a hosted model reads.
        brief: The same as data; what the offline model reads.
        max_tokens: Longest reply, in the model's tokens, hidden reasoning included.
        temperature: Sampling temperature, 0 to 2.
        refused: Asks the run's own repetition guard about a draft, True if it would be refused.
            A model in this process may use it to spare a repair; no part of the request's hash.
    """

    key: str
    prompt: tuple[Line, ...]
    brief: Brief
    max_tokens: int = 240
    temperature: float = 0.8
    refused: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model wrote and used.

    Attributes:
        tokens_in: Prompt length in the model's tokens, as the model counts them.
        tokens_out: Reply length in the model's tokens, hidden reasoning included.
        model: The model that answered, as it names itself.
        stamp: Further facts about the making, such as the offline model's language pack.
        spent: Names of the model's own resources used up by this reply; the engine counts them
            per run and gives the counts back in `Brief.spent`.
    """

    text: str
    tokens_in: int
    tokens_out: int
    finish: Finish
    model: str
    stamp: tuple[tuple[str, str], ...] = ()
    spent: tuple[str, ...] = ()


class ModelFailed(Unavailable):
    """The model gave no usable answer.

    Attributes:
        reason: "timeout", "rate-limit", "auth", "refused", "server", "protocol", "network".
        retry_after: Seconds the provider asked us to wait, if it did.
        permanent: True if the same call cannot succeed later (a wrong key, an unknown model).
    """

    code = "model-failed"
    title = "The language model gave no usable answer."

    def __init__(
        self,
        detail: str,
        *,
        reason: str,
        retry_after: float | None = None,
        permanent: bool = False,
    ) -> None:
        super().__init__(detail, reason=reason)
        self.reason = reason
        self.retry_after = retry_after
        self.permanent = permanent


class LanguageModel(Protocol):
    """Anything that answers a request."""

    @property
    def card(self) -> ModelCard:
        """Return what is known about the model without calling it."""
        ...

    async def reply(self, request: Request) -> Reply:
        """Answer ``request`` once, without retrying.

        Raises:
            ModelFailed: There is no usable answer; nothing partial is ever returned as whole.
        """
        ...

    async def check(self) -> None:
        """Ask the provider whether key and model are good, without paying for it.

        Raises:
            ModelFailed: They are not, or nobody answers.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
