"""Gemini, through Google's own SDK (extra `gemini`)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from symposion.adapters.language import failures
from symposion.adapters.language.calls import asked
from symposion.adapters.language.prices import price_of
from symposion.adapters.language.usage import metered
from symposion.ports.language import Finish, Line, ModelCard, ModelFailed, Reply, Request

if TYPE_CHECKING:
    from google.genai import types

HOST = "https://generativelanguage.googleapis.com/"

_WHO = "Gemini"
_BLOCKED = frozenset(
    (
        "SAFETY",
        "RECITATION",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "ESCALATION",
        "MODEL_ARMOR",
        "PUP_LIMITED_DISABLED",
    )
)
_FINISH: dict[str, Finish] = {"STOP": "stop", "MAX_TOKENS": "length"}


class GeminiModel:
    """A `LanguageModel` served by the Gemini API.

    Args:
        api_key: Key of the Gemini API; sent to ``base_url`` only, as a header.
        model: Name without "models/", such as "gemini-3.1-flash-lite".
        base_url: Another server that speaks the same protocol; no price is claimed for it.
        timeout: Seconds a call may take in all, from sending to the last byte.

    Raises:
        ModelFailed: The SDK is not installed (reason "protocol"), or the key is empty ("auth");
            both permanent. The SDK is imported here, which takes about 1.6 s of CPU once.
    """

    def __init__(
        self,
        api_key: str,
        model: str = "gemini-3.1-flash-lite",
        base_url: str | None = None,
        timeout: float = 20.0,
    ) -> None:
        if not api_key.strip():
            raise failures.no_key("Gemini", "GEMINI_API_KEY")
        try:
            from google import genai  # noqa: PLC0415 - 1.6 s of CPU that only Gemini's users pay
            from google.genai import types  # noqa: PLC0415

            from symposion.adapters.language.transport import bounded_client, trust  # noqa: PLC0415
        except ImportError:
            raise failures.no_sdk("gemini") from None
        self._key = api_key.strip()
        self._timeout = timeout
        self._types = types
        self._http = bounded_client(_WHO, timeout)
        self._client = genai.Client(
            api_key=self._key,
            vertexai=False,
            http_options=types.HttpOptions(
                base_url=base_url or HOST,  # said outright, so that no environment moves the key
                timeout=max(1, int(timeout * 1000)),
                httpx_async_client=self._http,
                # the SDK would read the certificates again for clients we never use
                async_client_args={"verify": trust(), "ssl": trust()},
            ),
        )
        price = None if base_url else price_of("gemini", model)
        self._card = ModelCard(provider="gemini", model=model, price=price)

    @property
    def card(self) -> ModelCard:
        """Return provider, name and list price."""
        return self._card

    async def reply(self, request: Request) -> Reply:
        """Answer ``request`` by one call of generateContent; see `LanguageModel.reply`.

        System lines become the system instruction. A reply that Gemini blocked has the finish
        "blocked" and no text. The stamp names Gemini's finish reason where ours says less, and
        its response id.
        """
        found = await asked(
            self._client.aio.models.generate_content(  # pyright: ignore[reportUnknownMemberType] - its signature names PIL, which is not installed
                model=self._card.model,
                contents=self._contents(request.prompt),
                config=self._config(request),
            ),
            who=_WHO,
            deadline=self._timeout,
            explain=self._explained,
        )
        return self._read(found, request)

    async def check(self) -> None:
        """Ask for the model's description, which costs nothing; see `LanguageModel.check`."""
        await asked(
            self._client.aio.models.get(model=self._card.model),
            who=_WHO,
            deadline=self._timeout,
            explain=self._explained,
        )

    async def close(self) -> None:
        """Let go of connections."""
        self._client.close()
        await self._http.aclose()

    def _contents(self, prompt: Sequence[Line]) -> "list[types.Content]":
        said = [line for line in prompt if line.role != "system"] or list(prompt)
        return [
            self._types.Content(
                role="model" if line.role == "model" else "user",
                parts=[self._types.Part(text=line.text)],
            )
            for line in said
        ]

    def _config(self, request: Request) -> "types.GenerateContentConfig":
        system = "\n\n".join(line.text for line in request.prompt if line.role == "system")
        return self._types.GenerateContentConfig(
            system_instruction=system or None,
            temperature=request.temperature,
            max_output_tokens=request.max_tokens,
            candidate_count=1,
            automatic_function_calling=self._types.AutomaticFunctionCallingConfig(disable=True),
        )

    def _read(self, found: "types.GenerateContentResponse", request: Request) -> Reply:
        text, finish, reason = _outcome(found)
        used = found.usage_metadata
        usage = metered(
            request,
            used.prompt_token_count if used else None,
            _total_out(used) if used else None,
        )
        stamp = usage.stamp
        if reason not in _FINISH and reason:
            stamp += (("finish_reason", reason[:64]),)
        if found.response_id:
            stamp += (("response_id", found.response_id[:64]),)
        return Reply(
            text=text,
            tokens_in=usage.tokens_in,
            tokens_out=usage.tokens_out,
            finish=finish,
            model=(found.model_version or self._card.model)[:200],
            stamp=stamp,
        )

    def _explained(self, error: Exception) -> ModelFailed:
        from google.genai import errors  # noqa: PLC0415 - loaded with the SDK
        from httpx2 import TimeoutException, TransportError  # noqa: PLC0415

        match error:
            case errors.APIError():
                return self._refused(error)
            case TimeoutException():
                return failures.too_slow(_WHO, self._timeout)
            case TransportError():
                return failures.unreachable(_WHO)
            case _:
                return failures.unreadable(_WHO)

    def _refused(self, error: Any) -> ModelFailed:  # noqa: ANN401 - the SDK's error, imported lazily
        # Gemini answers a wrong key with 400 INVALID_ARGUMENT and this reason in the details.
        if error.code == 400 and "API_KEY_INVALID" in str(error.details):  # noqa: PLR2004 - statuses of HTTP
            return failures.key_refused(_WHO, error.code)
        return failures.of_status(
            error.code,
            who=_WHO,
            model=self._card.model,
            says=failures.quoted(error.message, self._key),
            wait=failures.retry_after(getattr(error.response, "headers", {})),
        )


def _outcome(found: "types.GenerateContentResponse") -> tuple[str, Finish, str]:
    """Return text, finish and Gemini's own reason. Raises `ModelFailed` for a reply of no shape."""
    if not found.candidates:
        feedback = found.prompt_feedback
        if feedback and feedback.block_reason:
            return "", "blocked", _name(feedback.block_reason)
        if not (feedback or found.usage_metadata or found.response_id or found.model_version):
            raise failures.unreadable(_WHO)
        return "", "empty", ""
    candidate = found.candidates[0]
    if not (candidate.content or candidate.finish_reason):
        raise failures.unreadable(_WHO)
    reason = _name(candidate.finish_reason)
    if reason in _BLOCKED:
        return "", "blocked", reason
    text = _text(candidate)
    finish = _FINISH.get(reason, "other")
    return text, "empty" if finish == "stop" and not text.strip() else finish, reason


def _text(candidate: "types.Candidate") -> str:
    """Join the text parts; thoughts, calls, images and other parts are not speech."""
    parts = (candidate.content.parts if candidate.content else None) or []
    return "".join(part.text for part in parts if part.text and not part.thought)


def _name(reason: object) -> str:
    """Return the wire name of one of Gemini's enumerations, empty if there is none."""
    return str(getattr(reason, "value", reason)) if reason else ""


def _total_out(used: "types.GenerateContentResponseUsageMetadata") -> int | None:
    """Return spoken and thought tokens together: both are billed as output."""
    figures = [n for n in (used.candidates_token_count, used.thoughts_token_count) if n is not None]
    return sum(figures) if figures else None
