"""What every language model promises, whoever serves it.

Hosted models are put in front of scripted servers. Models that need no server keep the promises of
the last section; add them to `LOCAL`.
"""

import gzip
import importlib
import json
import logging
import sys
import traceback
import warnings
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import fake_models as fake
import pytest

from symposion.adapters.language.gemini import HOST as GEMINI_HOST
from symposion.adapters.language.gemini import GeminiModel
from symposion.adapters.language.offline import OfflineModel
from symposion.adapters.language.openai import HOST as OPENAI_HOST
from symposion.adapters.language.openai import OpenAIModel
from symposion.adapters.language.usage import prompt_bound
from symposion.engine.persona import Traits
from symposion.engine.style import style_of
from symposion.ports.brief import Brief, Issue, Speaker
from symposion.ports.language import LanguageModel, Line, ModelFailed, Price, Request

KEY = "k-very-secret-0123456789"

BRIEF = Brief(
    seed="7",
    turn=1,
    attempt=0,
    language="en",
    speaker=Speaker(
        id="a1",
        name="Ana",
        role="harbour engineer",
        archetype="scientist",
        style=style_of(
            Traits(extroversion=5, optimism=5, curiosity=5, cooperativeness=5, energy=5)
        ),
        voice=1,
    ),
    others=(),
    move="propose",
    target_words=20,
    scenario_name="The harbour",
    scenario_text="The town must decide whether to dredge the harbour.",
    issue=Issue(id="i1", text="Dredge the harbour?", terms=("harbour",)),
    stance=0.4,
    conviction=0.5,
)

REQUEST = Request(
    key="run/1/speak/0",
    prompt=(
        Line("system", "You are Ana."),
        Line("system", "Stay Ana."),
        Line("user", "Bob: Shall we dredge?"),
        Line("model", "Perhaps."),
        Line("user", "Your turn."),
    ),
    brief=BRIEF,
    max_tokens=120,
    temperature=0.6,
)


@dataclass(frozen=True)
class Dialect:
    """One provider's protocol: how to reach it and how it says the usual things."""

    name: str
    make: Callable[[str, float], LanguageModel]
    good: Callable[..., dict[str, Any]]
    used: Callable[[object, object], dict[str, Any]]
    cut: str
    blocked: str
    odd: str
    nobody: dict[str, Any]
    wrong_shapes: tuple[object, ...]


DIALECTS = [
    Dialect(
        name="gemini",
        make=lambda address, timeout: GeminiModel(KEY, "gemini-3.1-flash-lite", address, timeout),
        good=fake.gemini_reply,
        used=lambda i, o: {"promptTokenCount": i, "candidatesTokenCount": o},
        cut="MAX_TOKENS",
        blocked="SAFETY",
        odd="OTHER",
        nobody={"usageMetadata": {"promptTokenCount": 5}, "responseId": "r"},
        wrong_shapes=({}, {"hello": 1}, {"candidates": "none"}, [1, 2], "text", 7, None),
    ),
    Dialect(
        name="openai",
        make=lambda address, timeout: OpenAIModel(KEY, "served-model", address + "/v1", timeout),
        good=fake.openai_reply,
        used=lambda i, o: {"prompt_tokens": i, "completion_tokens": o},
        cut="length",
        blocked="content_filter",
        odd="tool_calls",
        nobody={"id": "r", "choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 0}},
        wrong_shapes=({}, {"hello": 1}, {"choices": "none"}, [1, 2], "text", 7, None),
    ),
]


@pytest.fixture(params=DIALECTS, ids=lambda d: d.name)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    return request.param


@pytest.fixture(scope="module", autouse=True)
def _sdks() -> None:
    """Import the SDKs once: compiling google.genai warns of an escape sequence of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        importlib.import_module("google.genai")
        importlib.import_module("openai")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@asynccontextmanager
async def served(
    dialect: Dialect, answer: fake.Answer, deadline: float = 5.0
) -> AsyncGenerator[tuple[LanguageModel, fake.FakeServer]]:
    async with fake.serving(answer) as server:
        model = dialect.make(server.address, deadline)
        try:
            yield model, server
        finally:
            await model.close()


async def failure(dialect: Dialect, answer: fake.Answer, deadline: float = 5.0) -> ModelFailed:
    """Return how one reply fails, having checked what every failure must keep to."""
    async with served(dialect, answer, deadline) as (model, server):
        with pytest.raises(ModelFailed) as caught:
            await model.reply(REQUEST)
    assert len(server.calls) == 1
    error = caught.value
    assert KEY not in f"{error!s}{error!r}{error.extra}"
    assert error.__cause__ is None
    assert error.__context__ is None
    frames = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    assert not any("site-packages" in frame for frame in frames)  # their locals hold the key
    return error


# ---- good replies


async def test_a_reply_carries_text_usage_and_the_answering_model(dialect: Dialect):
    body = dialect.good(usage=dialect.used(40, 9))
    async with served(dialect, fake.sends(body)) as (model, server):
        reply = await model.reply(REQUEST)
    assert (reply.text, reply.finish) == ("Good evening.", "stop")
    assert (reply.tokens_in, reply.tokens_out) == (40, 9)
    assert reply.model == body.get("model", body.get("modelVersion"))
    assert reply.stamp == (("response_id", "r-1"),)
    assert len(server.calls) == 1


async def test_a_reply_can_be_asked_for_again_on_the_same_connection(dialect: Dialect):
    async with served(dialect, fake.sends(dialect.good())) as (model, server):
        assert [(await model.reply(REQUEST)).text for _ in range(3)] == ["Good evening."] * 3
    assert len(server.calls) == 3


async def test_a_reply_cut_at_the_token_limit_says_so(dialect: Dialect):
    async with served(dialect, fake.sends(dialect.good("Half a", dialect.cut))) as (model, _):
        reply = await model.reply(REQUEST)
    assert (reply.text, reply.finish) == ("Half a", "length")


async def test_a_blocked_reply_has_no_text_and_is_billed_as_used(dialect: Dialect):
    body = dialect.good("Half of something bad", dialect.blocked, usage=dialect.used(40, 3))
    async with served(dialect, fake.sends(body)) as (model, _):
        reply = await model.reply(REQUEST)
    assert (reply.text, reply.finish, reply.tokens_out) == ("", "blocked", 3)


async def test_an_uncommon_finish_reason_is_other_and_stamped(dialect: Dialect):
    async with served(dialect, fake.sends(dialect.good("Well", dialect.odd))) as (model, _):
        reply = await model.reply(REQUEST)
    assert reply.finish == "other"
    assert ("finish_reason", dialect.odd) in reply.stamp


@pytest.mark.filterwarnings("ignore:.*is not a valid FinishReason")
async def test_an_unknown_finish_reason_is_other(dialect: Dialect):
    async with served(dialect, fake.sends(dialect.good("Well", "INVENTED"))) as (model, _):
        reply = await model.reply(REQUEST)
    assert (reply.text, reply.finish) == ("Well", "other")
    assert ("finish_reason", "INVENTED") in reply.stamp


@pytest.mark.parametrize("text", ["", " \n", None])
async def test_a_reply_without_words_is_empty(dialect: Dialect, text: str | None):
    async with served(dialect, fake.sends(dialect.good(text))) as (model, _):
        assert (await model.reply(REQUEST)).finish == "empty"


async def test_a_reply_without_candidates_is_empty(dialect: Dialect):
    async with served(dialect, fake.sends(dialect.nobody)) as (model, _):
        reply = await model.reply(REQUEST)
    assert (reply.text, reply.finish) == ("", "empty")


# ---- usage (fault F18)


@pytest.mark.parametrize(
    ("tokens_in", "tokens_out"), [(-5, -1), (10**18, 1e18), (-(10**18), 10**18)]
)
async def test_impossible_usage_is_clamped_and_stamped(
    dialect: Dialect, tokens_in: object, tokens_out: object
):
    body = dialect.good(usage=dialect.used(tokens_in, tokens_out))
    async with served(dialect, fake.sends(body)) as (model, _):
        reply = await model.reply(REQUEST)
    assert 0 <= reply.tokens_in <= prompt_bound(REQUEST.prompt)
    assert 0 <= reply.tokens_out <= REQUEST.max_tokens
    assert dict(reply.stamp)["usage"] == "clamped"


async def test_absent_usage_counts_as_all_that_was_reserved(dialect: Dialect):
    async with served(dialect, fake.sends(dialect.good(usage=None))) as (model, _):
        reply = await model.reply(REQUEST)
    assert reply.tokens_in == prompt_bound(REQUEST.prompt)
    assert reply.tokens_out == REQUEST.max_tokens
    assert dict(reply.stamp)["usage"] == "estimated"


# ---- failures (faults F3 and F4)


@pytest.mark.parametrize(
    ("status", "reason", "permanent"),
    [
        (400, "refused", True),
        (401, "auth", True),
        (403, "auth", True),
        (404, "refused", True),
        (408, "timeout", False),
        (429, "rate-limit", False),
        (500, "server", False),
        (502, "server", False),
        (503, "server", False),
        (504, "server", False),
    ],
)
async def test_a_status_tells_whether_trying_again_makes_sense(
    dialect: Dialect, status: int, reason: str, permanent: bool
):
    body = {"error": {"code": status, "message": f"no\0 use for {KEY}", "status": "SOME"}}
    error = await failure(dialect, fake.sends(body, status))
    assert (error.reason, error.permanent) == (reason, permanent)
    assert "\0" not in str(error)


@pytest.mark.parametrize("asked", ["7", " 7.0 ", "date"])
async def test_a_provider_may_ask_us_to_wait(dialect: Dialect, asked: str):
    if asked == "date":
        asked = format_datetime(datetime.now(UTC) + timedelta(seconds=8), usegmt=True)
    error = await failure(dialect, fake.sends({}, 429, Retry_After=asked))
    assert error.retry_after is not None
    assert 6 <= error.retry_after <= 8


@pytest.mark.parametrize(("asked", "waits"), [("0", 1), ("86400", 60), ("-1", 1), ("inf", 60)])
async def test_a_wait_is_one_to_sixty_seconds(dialect: Dialect, asked: str, waits: float):
    assert (await failure(dialect, fake.sends({}, 503, Retry_After=asked))).retry_after == waits


@pytest.mark.parametrize("asked", ["soon", "nan", "", "32 Foo 2026"])
async def test_a_wait_that_makes_no_sense_is_none(dialect: Dialect, asked: str):
    assert (await failure(dialect, fake.sends({}, 503, Retry_After=asked))).retry_after is None


@pytest.mark.parametrize("answer", [fake.hangs, fake.drips], ids=["hangs", "drips"])
async def test_one_deadline_ends_a_call(dialect: Dialect, answer: fake.Answer):
    error = await failure(dialect, answer, deadline=0.2)
    assert (error.reason, error.permanent) == ("timeout", False)


@pytest.mark.parametrize("broken", ["reset", "half body"])
async def test_a_broken_connection_is_a_network_failure(dialect: Dialect, broken: str):
    answer = fake.resets if broken == "reset" else fake.breaks_off(dialect.good())
    error = await failure(dialect, answer)
    assert (error.reason, error.permanent) == ("network", False)


async def test_a_server_that_is_not_there_is_a_network_failure(dialect: Dialect):
    async with served(dialect, fake.hangs) as (_, server):
        address = server.address
    model = dialect.make(address, 2.0)
    with pytest.raises(ModelFailed) as caught:
        await model.reply(REQUEST)
    await model.close()
    assert caught.value.reason == "network"


async def test_half_json_is_never_taken_for_a_reply(dialect: Dialect):
    whole = json.dumps(dialect.good()).encode()
    error = await failure(dialect, fake.sends(whole[: len(whole) // 2]))
    assert (error.reason, error.permanent) == ("protocol", False)


async def test_a_web_page_with_status_200_is_no_reply(dialect: Dialect):
    page = b"<html><body>Please sign in to the network</body></html>"
    error = await failure(dialect, fake.sends(page, kind="text/html"))
    assert (error.reason, error.permanent) == ("protocol", False)
    assert "<" not in str(error)


async def test_json_of_another_shape_is_no_reply(dialect: Dialect):
    for shape in dialect.wrong_shapes:
        error = await failure(dialect, fake.sends(shape))
        assert (error.reason, error.permanent) == ("protocol", False), shape


@pytest.mark.parametrize("status", [200, 500])
async def test_a_huge_body_is_broken_off(dialect: Dialect, status: int):
    body = dialect.good("word " * 600_000)
    error = await failure(dialect, fake.sends(body, status))
    assert (error.reason, error.permanent) == ("protocol", False)
    assert "2 MiB" in str(error)


async def test_a_compressed_body_is_refused_unread(dialect: Dialect):
    packed = gzip.compress(json.dumps(dialect.good()).encode())
    error = await failure(dialect, fake.sends(packed, Content_Encoding="gzip"))
    assert error.reason == "protocol"


async def test_a_redirect_is_not_followed(dialect: Dialect):
    async with fake.serving(fake.sends(dialect.good())) as elsewhere:
        moved = fake.sends(b"", 307, Location=elsewhere.address + "/v1/chat/completions")
        error = await failure(dialect, moved)
    assert (error.reason, error.permanent) == ("protocol", True)
    assert elsewhere.calls == []


async def test_the_key_reaches_neither_logs_nor_addresses(
    dialect: Dialect, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    async with served(dialect, fake.sends(dialect.good())) as (model, server):
        await model.reply(REQUEST)
        assert KEY not in repr(model) + repr(model.card)
    await failure(dialect, fake.sends({"error": {"message": KEY}}, 500))
    assert KEY not in caplog.text
    assert KEY not in server.calls[0].path
    assert KEY in str(server.calls[0].headers)


# ---- asking without paying


async def test_a_known_model_passes_the_check(dialect: Dialect):
    body = {"name": "models/gemini-3.1-flash-lite", "id": "served-model", "object": "model"}
    async with served(dialect, fake.sends(body)) as (model, server):
        await model.check()
    assert [call.method for call in server.calls] == ["GET"]


@pytest.mark.parametrize("status", [401, 403])
async def test_a_wrong_key_fails_the_check(dialect: Dialect, status: int):
    async with served(dialect, fake.sends({"error": {}}, status)) as (model, _):
        with pytest.raises(ModelFailed) as caught:
            await model.check()
    assert (caught.value.reason, caught.value.permanent) == ("auth", True)


async def test_an_unknown_model_fails_the_check_by_name(dialect: Dialect):
    listed = fake.sends({"object": "list", "data": [{"id": "another"}]})
    async with served(dialect, fake.by_path({"/v1/models": listed})) as (model, _):
        with pytest.raises(ModelFailed, match="unknown model") as caught:
            await model.check()
    assert caught.value.permanent
    assert model.card.model in str(caught.value)


async def test_a_hanging_server_fails_the_check_in_time(dialect: Dialect):
    async with served(dialect, fake.hangs, deadline=0.2) as (model, _):
        with pytest.raises(ModelFailed) as caught:
            await model.check()
    assert caught.value.reason == "timeout"


# ---- each on its own


async def test_gemini_is_asked_in_its_own_words():
    async with served(DIALECTS[0], fake.sends(fake.gemini_reply())) as (model, server):
        await model.reply(REQUEST)
    (call,) = server.calls
    assert call.path in {
        f"/{v}/models/gemini-3.1-flash-lite:generateContent" for v in ("v1", "v1beta")
    }
    assert call.body["systemInstruction"]["parts"] == [{"text": "You are Ana.\n\nStay Ana."}]
    assert [(c["role"], c["parts"][0]["text"]) for c in call.body["contents"]] == [
        ("user", "Bob: Shall we dredge?"),
        ("model", "Perhaps."),
        ("user", "Your turn."),
    ]
    assert call.body["generationConfig"]["temperature"] == 0.6
    assert call.body["generationConfig"]["maxOutputTokens"] == 120


async def test_a_prompt_of_system_lines_alone_still_asks_gemini_something():
    request = Request("k", (Line("system", "Speak."),), BRIEF)
    async with served(DIALECTS[0], fake.sends(fake.gemini_reply())) as (model, server):
        await model.reply(request)
    assert server.calls[0].body["contents"][0]["parts"] == [{"text": "Speak."}]


async def test_openai_is_asked_in_its_own_words():
    async with served(DIALECTS[1], fake.sends(fake.openai_reply())) as (model, server):
        await model.reply(REQUEST)
    (call,) = server.calls
    assert call.path == "/v1/chat/completions"
    assert call.headers["authorization"] == f"Bearer {KEY}"
    assert [m["role"] for m in call.body["messages"]] == [
        "system",
        "system",
        "user",
        "assistant",
        "user",
    ]
    assert (call.body["max_tokens"], call.body["temperature"]) == (120, 0.6)


async def test_gemini_bills_thoughts_as_output_and_does_not_speak_them():
    body = fake.gemini_reply(
        parts=[
            {"text": "I should greet.", "thought": True},
            {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
            {"functionCall": {"name": "f", "args": {}}},
            {"text": "Good "},
            {"text": "evening."},
        ],
        usage={"promptTokenCount": 20, "candidatesTokenCount": 4, "thoughtsTokenCount": 11},
    )
    async with served(DIALECTS[0], fake.sends(body)) as (model, _):
        reply = await model.reply(REQUEST)
    assert (reply.text, reply.tokens_out) == ("Good evening.", 15)


async def test_a_prompt_that_gemini_blocks_is_blocked():
    body = {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 3}}
    async with served(DIALECTS[0], fake.sends(body)) as (model, _):
        reply = await model.reply(REQUEST)
    assert (reply.text, reply.finish) == ("", "blocked")


@pytest.mark.parametrize("reason", ["RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII"])
async def test_all_of_geminis_filters_are_blocks(reason: str):
    async with served(DIALECTS[0], fake.sends(fake.gemini_reply(None, reason))) as (model, _):
        assert (await model.reply(REQUEST)).finish == "blocked"


async def test_geminis_400_for_a_wrong_key_is_about_the_key():
    body = {
        "error": {
            "code": 400,
            "message": "API key not valid.",
            "status": "INVALID_ARGUMENT",
            "details": [{"reason": "API_KEY_INVALID", "domain": "googleapis.com"}],
        }
    }
    error = await failure(DIALECTS[0], fake.sends(body, 400))
    assert (error.reason, error.permanent) == ("auth", True)


async def test_a_refusal_is_blocked():
    body = fake.openai_reply(None, refusal="I cannot help with that.")
    async with served(DIALECTS[1], fake.sends(body)) as (model, _):
        reply = await model.reply(REQUEST)
    assert (reply.text, reply.finish) == ("", "blocked")


async def test_text_parts_of_a_list_are_joined():
    content = [{"type": "text", "text": "Good "}, {"type": "image"}, {"text": "evening."}]
    async with served(DIALECTS[1], fake.sends(fake.openai_reply(content))) as (model, _):
        assert (await model.reply(REQUEST)).text == "Good evening."


async def test_an_error_reported_with_status_200_is_an_error():
    body = {"error": {"code": 429, "message": "Rate limited upstream"}}
    error = await failure(DIALECTS[1], fake.sends(body))
    assert (error.reason, error.permanent) == ("rate-limit", False)


async def test_a_server_that_cannot_describe_a_model_is_asked_for_its_list():
    listed = fake.sends({"object": "list", "data": [{"id": "served-model"}]})
    async with served(DIALECTS[1], fake.by_path({"/v1/models": listed})) as (model, server):
        await model.check()
    assert [call.path for call in server.calls] == ["/v1/models/served-model", "/v1/models"]


async def test_a_local_server_needs_no_key():
    async with fake.serving(fake.sends(fake.openai_reply())) as server:
        model = OpenAIModel("", "served-model", server.address + "/v1")
        assert (await model.reply(REQUEST)).text == "Good evening."
        await model.close()


def test_a_missing_key_is_told_at_once():
    for make, setting in (
        (lambda: GeminiModel(" "), "GEMINI_API_KEY"),
        (lambda: OpenAIModel("", "gpt-4o-mini"), "OPENAI_API_KEY"),
    ):
        with pytest.raises(
            ModelFailed, match=f"needs a key, and none is set in {setting}"
        ) as caught:
            make()
        assert (caught.value.reason, caught.value.permanent) == ("auth", True)


@pytest.mark.parametrize(("extra", "sdk"), [("gemini", "google.genai"), ("openai", "openai")])
def test_a_missing_sdk_is_told_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, extra: str, sdk: str
):
    monkeypatch.setitem(sys.modules, sdk, None)
    if extra == "gemini":
        monkeypatch.delattr("google.genai", raising=False)
    make = {"gemini": lambda: GeminiModel("k"), "openai": lambda: OpenAIModel("k", "m")}[extra]
    with pytest.raises(ModelFailed, match=rf"pip install -e '\.\[{extra}\]'") as caught:
        make()
    assert (caught.value.reason, caught.value.permanent) == ("protocol", True)


async def test_the_environment_moves_neither_key_nor_model(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_API_KEY", "another")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_API_KEY", "another")
    for dialect in DIALECTS:
        async with served(dialect, fake.sends(dialect.good())) as (model, server):
            await model.reply(REQUEST)
        assert KEY in str(server.calls[0].headers)
    gemini, openai = GeminiModel(KEY), OpenAIModel(KEY, "gpt-4o-mini")
    assert gemini._client._api_client._http_options.base_url == GEMINI_HOST
    assert str(openai._client.base_url) == OPENAI_HOST + "/"
    await gemini.close()
    await openai.close()


async def test_a_price_is_claimed_for_the_providers_own_host_only():
    own = [GeminiModel(KEY), OpenAIModel(KEY, "gpt-4o-mini"), OpenAIModel(KEY, "unheard-of")]
    elsewhere = [OpenAIModel("", "gpt-4o-mini", "http://127.0.0.1:9/v1")]
    assert [m.card.price for m in own] == [Price(250_000, 1_500_000), Price(150_000, 600_000), None]
    assert [m.card.price for m in elsewhere] == [None]
    for model in own + elsewhere:
        await model.close()


# ---- models that need no server

LOCAL: dict[str, Callable[[], LanguageModel]] = {"offline": OfflineModel}
"""One way to make each model that needs no server."""


@pytest.fixture(params=LOCAL.values(), ids=list(LOCAL))
async def local(request: pytest.FixtureRequest) -> AsyncGenerator[LanguageModel]:
    model: LanguageModel = request.param()
    yield model
    await model.close()


async def test_a_local_model_answers_with_words_and_counts(local: LanguageModel):
    await local.check()
    reply = await local.reply(REQUEST)
    assert reply.text.strip()
    assert reply.finish == "stop"
    assert reply.tokens_in >= 0
    assert reply.tokens_out > 0
    assert reply.model


async def test_a_local_model_answers_the_same_request_the_same(local: LanguageModel):
    assert await local.reply(REQUEST) == await local.reply(REQUEST)
