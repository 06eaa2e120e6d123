"""Money: worst case reserved before a call, settled after, and the cap never passed."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scripted import Killed, Script, Scripted, driven, founded, of_type, outside, survived

from symposion.engine import drive as driving
from symposion.engine.budget import BudgetExhausted, check, cost, tokens_at_most, worst_case
from symposion.engine.chance import Chance
from symposion.engine.room import Account
from symposion.ports.language import Line, ModelFailed, Price
from symposion.ports.log import Event

PRICES = st.builds(Price, st.integers(0, 30_000_000), st.integers(0, 120_000_000))
REASONS = ("timeout", "rate-limit", "auth", "refused", "server", "protocol", "network")


def stormy(seed: int) -> Script:
    chance = Chance(f"storm {seed}")

    def fail(call: int) -> ModelFailed | None:
        if chance.number("fails", call) > 0.35:
            return None
        reason = chance.pick(REASONS, "reason", call)
        return ModelFailed("out", reason=reason, permanent=chance.number("p", call) < 0.1)

    return Script(repeats=0.4, failures=fail)


def ledger(events: Sequence[Event], cap: int) -> tuple[int, int]:
    """Return what is spent and what is reserved; checks every step against ``cap``."""
    reserved = spent = 0
    for event in events:
        if event.type == "budget.reserved":
            reserved += event.payload["amount"]
        elif event.type == "budget.settled":
            reserved -= event.payload["reserved"]
            spent += event.payload["spent"]
            assert 0 <= event.payload["spent"] <= event.payload["reserved"]
        assert reserved >= 0
        assert spent + reserved <= cap
    return spent, reserved


@given(PRICES, st.integers(0, 400_000), st.integers(0, 999))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_cap_is_never_passed_and_the_ledger_is_the_sum_of_its_entries(
    price: Price, cap: int, seed: int
):
    chance = Chance(f"kills {seed}")

    def die(call: int) -> None:
        if chance.number("dies", call) < 0.15:
            raise Killed

    async def storm() -> None:
        world = outside(Scripted(stormy(seed), price=price, before=die))
        for _ in range(6):
            events, _ = await survived(world, turns=6, cap_micro_usd=cap)
            spent, reserved = ledger(events, cap)
            room = await driving.resume(world)
            assert room is not None
            assert (room.account.spent, room.account.reserved) == (spent, reserved)
            assert room.open is not None or reserved == 0
            told = sum(e.payload["cost"] for e in of_type(events, "turn.committed"))
            assert told <= spent

    asyncio.run(storm())


async def test_a_run_that_cannot_pay_says_so_and_goes_no_further():
    model = Scripted(price=Price(1_000_000, 1_000_000))
    world = outside(model)
    room = await founded(world, turns=10, cap_micro_usd=12_000)
    events = await driven(world, room)
    assert room.halted == "budget_exhausted"
    assert 0 < room.turns < 10
    assert "micro-USD" in events[-1].payload["detail"]
    calls = model.calls
    again = await driven(world, room)
    assert [e.type for e in again] == ["run.resumed", "run.halted"]
    assert model.calls == calls


async def test_a_cap_without_a_known_price_is_refused():
    model = Scripted(price=None)
    world = outside(model)
    room = await founded(world, cap_micro_usd=10**9)
    events = await driven(world, room)
    assert (room.halted, model.calls) == ("budget_exhausted", 0)
    assert "price" in events[-1].payload["detail"]


async def test_what_was_really_billed_is_what_the_ledger_says():
    price = Price(2_000_000, 7_000_000)
    world = outside(Scripted(price=price))
    room = await founded(world, turns=4)
    events = await driven(world, room)
    billed = sum(
        cost(price, e.payload["tokens_in"], e.payload["tokens_out"])
        for e in of_type(events, "call.recorded")
    )
    assert room.account.spent == billed > 0


@given(st.lists(st.text(max_size=40), max_size=5))
def test_no_tokenizer_finds_more_tokens_than_we_reserve_for(texts: list[str]):
    prompt = tuple(Line("user", text.encode("utf-8", "replace").decode()) for text in texts)
    assert tokens_at_most(prompt) >= sum(len(line.text) for line in prompt)
    assert worst_case(Price(1_000_000, 0), prompt, 0) == tokens_at_most(prompt)


def test_costs_are_rounded_up_and_an_unknown_price_costs_nothing_known():
    assert cost(Price(1, 0), 1, 0) == 1
    assert cost(Price(3_000_000, 15_000_000), 100, 10) == 450
    assert cost(None, 100, 10) == 0


def test_a_cap_holds_to_the_last_micro_dollar():
    account = Account(cap=10, spent=4, reserved=3)
    check(account, 3, Price(1, 1))
    with pytest.raises(BudgetExhausted):
        check(account, 4, Price(1, 1))
    check(Account(), 10**12, None)
