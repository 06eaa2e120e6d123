"""OpenAI and whoever speaks its chat protocol, through the openai SDK (extra `openai`)."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from symposion.adapters.language import failures
from symposion.adapters.language.calls import asked
from symposion.adapters.language.chat_completion import FINISH, Completion, Problem, outcome
from symposion.adapters.language.prices import price_of
from symposion.adapters.language.usage import metered
from symposion.ports.language import Line, ModelCard, ModelFailed, Reply, Request

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionMessageParam

M = TypeVar("M", bound=BaseModel)

HOST = "https://api.openai.com/v1"

_NO_KEY = "none"
_NO_RETRIEVE = frozenset((404, 405, 501))


class _Named(BaseModel):
    id: str


class _Listed(BaseModel):
    data: list[_Named]


class OpenAIModel:
    """A `LanguageModel` served by OpenAI or a compatible server.

    Ollama, vLLM, llama.cpp and OpenRouter speak the same protocol.

    Args:
        api_key: Key of the server, sent to ``base_url`` only; may be empty with a ``base_url``.
        model: Name as the server knows it.
        base_url: Up to and with the version, such as "http://localhost:11434/v1"; OpenAI itself
            by default. No price is claimed for other servers.
        timeout: Seconds a call may take in all, from sending to the last byte.

    Raises:
        ModelFailed: The SDK is not installed (reason "protocol"), or the key is empty ("auth");
            both permanent. The SDK is imported here, which takes about 1 s of CPU once.
    """

    def __init__(
        self, api_key: str, model: str, base_url: str | None = None, timeout: float = 20.0
    ) -> None:
        if not api_key.strip() and not base_url:
            raise failures.no_key("OpenAI", "OPENAI_API_KEY")
        try:
            import openai  # noqa: PLC0415 - 1 s of CPU that only its users pay

            from symposion.adapters.language.transport import bounded_client  # noqa: PLC0415
        except ImportError:
            raise failures.no_sdk("openai") from None
        self._key = api_key.strip()
        self._timeout = timeout
        self._who = "The model server" if base_url else "OpenAI"
        self._own_host = not base_url
        self._http = bounded_client(self._who, timeout)
        self._client = openai.AsyncOpenAI(
            api_key=self._key or _NO_KEY,
            base_url=base_url or HOST,  # said outright, so that no environment moves the key
            timeout=timeout,
            max_retries=0,
            http_client=self._http,
        )
        price = None if base_url else price_of("openai", model)
        self._card = ModelCard(provider="openai", model=model, price=price)

    @property
    def card(self) -> ModelCard:
        """Return provider, name and, for OpenAI itself, the list price."""
        return self._card

    async def reply(self, request: Request) -> Reply:
        """Answer ``request`` by one chat completion; see `LanguageModel.reply`.

        A reply that was filtered or refused has the finish "blocked" and no text. The stamp names
        the server's finish reason where ours says less, and its response id.
        """
        length = "max_completion_tokens" if self._own_host else "max_tokens"
        found = await asked(
            self._client.chat.completions.with_raw_response.create(
                model=self._card.model,
                messages=_messages(request.prompt),
                temperature=request.temperature,
                extra_body={length: request.max_tokens},
            ),
            who=self._who,
            deadline=self._timeout,
            explain=self._explained,
        )
        return self._read(found.http_response.content, request)

    async def check(self) -> None:
        """Ask for the model's description, which costs nothing; see `LanguageModel.check`.

        A server that cannot describe one model is asked for the list of all.
        """
        failure = await self._described()
        if failure is None:
            return
        known = await self._listed()
        if self._card.model not in known:
            offer = f" It has: {', '.join(known[:5])}." if known else ""
            raise failures.unknown_model(self._who, self._card.model, offer)

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.aclose()

    async def _described(self) -> ModelFailed | None:
        """Return None if the server knows the model, or a failure that the list may explain."""
        seen: list[int] = []

        def explain(error: Exception) -> ModelFailed:
            seen.append(getattr(error, "status_code", 0))
            return self._explained(error)

        try:
            await asked(
                self._client.models.with_raw_response.retrieve(self._card.model),
                who=self._who,
                deadline=self._timeout,
                explain=explain,
            )
        except ModelFailed as failure:
            if seen and seen[0] in _NO_RETRIEVE:
                return failure
            raise
        return None

    async def _listed(self) -> tuple[str, ...]:
        """Return the names of the models the server offers, sorted."""
        found = await asked(
            self._client.models.with_raw_response.list(),
            who=self._who,
            deadline=self._timeout,
            explain=self._explained,
        )
        listed = self._shaped(_Listed, found.http_response.content)
        return tuple(sorted(model.id for model in listed.data))

    def _read(self, body: bytes, request: Request) -> Reply:
        found = self._shaped(Completion, body)
        if found.choices is None:
            raise self._reported(found.error)
        text, finish, reason = outcome(found.choices)
        used = found.usage
        usage = metered(
            request,
            used.prompt_tokens if used else None,
            used.completion_tokens if used else None,
        )
        stamp = usage.stamp
        if reason and FINISH.get(reason) != finish:
            stamp += (("finish_reason", reason[:64]),)
        if found.id:
            stamp += (("response_id", found.id[:64]),)
        return Reply(
            text=text,
            tokens_in=usage.tokens_in,
            tokens_out=usage.tokens_out,
            finish=finish,
            model=(found.model or self._card.model)[:200],
            stamp=stamp,
        )

    def _shaped(self, shape: type[M], body: bytes) -> M:
        """Return ``body`` as ``shape``. Raises `ModelFailed` if it has another one."""
        with suppress(ValidationError):
            return shape.model_validate_json(body)
        raise failures.unreadable(self._who)

    def _reported(self, problem: Problem | None) -> ModelFailed:
        """Explain a reply without choices: some servers report an error with status 200."""
        if problem is None:
            return failures.unreadable(self._who)
        code = problem.code
        status = code if isinstance(code, int) and 400 <= code <= 599 else 500  # noqa: PLR2004 - statuses of HTTP
        says = failures.quoted(problem.message, self._key)
        return failures.of_status(status, who=self._who, model=self._card.model, says=says)

    def _explained(self, error: Exception) -> ModelFailed:
        import openai  # noqa: PLC0415 - loaded by the constructor

        match error:
            case openai.APIStatusError():
                return failures.of_status(
                    error.status_code,
                    who=self._who,
                    model=self._card.model,
                    says=failures.quoted(error.message.partition(" - ")[2], self._key),
                    wait=failures.retry_after(error.response.headers),
                )
            case openai.APITimeoutError():
                return failures.too_slow(self._who, self._timeout)
            case openai.APIConnectionError():
                return failures.unreachable(self._who)
            case _:
                return failures.unreadable(self._who)


def _messages(prompt: Sequence[Line]) -> "list[ChatCompletionMessageParam]":
    messages: list[ChatCompletionMessageParam] = []
    for line in prompt:
        match line.role:
            case "system":
                messages.append({"role": "system", "content": line.text})
            case "user":
                messages.append({"role": "user", "content": line.text})
            case "model":
                messages.append({"role": "assistant", "content": line.text})
    return messages
