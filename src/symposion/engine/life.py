"""The life of a turn: plan, reserve, call, guard, commit (engine design, section 2).

`next_step` reads a room and says what to do; it changes nothing. Whoever drives a run appends
what it says, folds that in, and asks again. Killed between any two steps, the same question gives
the same answer.
"""

from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, TypeAlias

from symposion.engine import briefing, budget, calls, floor, guard, moves, prompt
from symposion.engine.log import Draft
from symposion.engine.parsing import spoken
from symposion.engine.periods import following
from symposion.engine.room import Open, Plan, Room
from symposion.engine.style import draw_words
from symposion.ports.language import ModelCard, Request

TRIES = 3
"""Calls for one draft before the run waits for its provider (reliability design F3)."""


@dataclass(frozen=True, slots=True)
class Append:
    """Append these events, in one write, ``wait`` seconds from now, and fold them in.

    Attributes:
        ready: The call they lead to, to be handed back to `next_step`, which would build the same.
    """

    drafts: tuple[Draft, ...]
    wait: float = 0.0
    ready: Request | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """Call the model; then append what `received` or `failed` says."""

    request: Request


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing to do: "ended", "paused", "round-closed", or why the run is halted."""

    reason: str


Step: TypeAlias = Append | Call | Rest


def next_step(room: Room, card: ModelCard, ready: Request | None = None) -> Step:
    """Return what comes next for ``room``; ``ready`` is that of the last `Append`, if any."""
    if room.due:
        return Append(tuple(room.due))
    resting = "ended" if room.ended else room.halted or ("paused" if room.paused else "")
    if resting:
        return Rest(resting)
    if room.open is not None:
        return _go_on(room, room.open, card, ready)
    return _next_turn(room, card)


def _next_turn(room: Room, card: ModelCard) -> Step:
    limit, period_turns = room.settings.turns, room.settings.turns_per_period
    if limit and room.turns >= limit:
        return Append(ending(room, "turns"))
    if period_turns and room.period_turns >= period_turns:
        day, period = following(room.day, room.period)
        return Append((Draft("period.advanced", {"day": day, "period": period}),))
    if not limit and room.round is None:
        return Rest("round-closed")
    member = floor.choose(room)
    if member is None:
        return Append(_quiet(room))
    return _planned(room, moves.choose(room, member), member.id, card)


def _quiet(room: Room) -> tuple[Draft, ...]:
    """Return what a silence leads to: the end of the round, a new fact, or the end of the run."""
    if room.round is not None:
        closed = {"number": room.round.number, "turns": list(room.round.turns)}
        return (Draft("round.closed", closed),)
    silent = Draft("floor.silent", {"in_a_row": room.silences + 1})
    beat = _next_beat(room)
    if room.silences or beat is None:
        return (silent, *ending(room, "silence"))
    return (silent, beat)


def _next_beat(room: Room) -> Draft | None:
    beats = room.scenario.beats
    if room.beats < len(beats):
        return Draft("beat.injected", {"text": beats[room.beats], "kind": "scenario"})
    still_open = [i for i in room.issues if i.id not in room.decided]
    index = room.beats - len(beats)
    if index < len(still_open):
        text = still_open[index].text
        return Draft("beat.injected", {"text": text, "kind": "open-issue"})
    return None


def ending(room: Room, reason: str) -> tuple[Draft, ...]:
    """Return the private last votes and the end of the run."""
    votes = [
        Draft(
            "stance.committed",
            {
                "agent_id": m.id,
                "phase": "final",
                "positions": [
                    {"issue": i, "x": p.x, "conviction": round(p.conviction, 4)}
                    for i, p in m.positions.items()
                ],
            },
            actor_id=m.id,
            visible_to=(m.id,),
        )
        for m in room.present()
    ]
    return (*votes, Draft("run.ended", {"reason": reason, "turns": room.turns}))


def _planned(room: Room, choice: moves.Choice, speaker: str, card: ModelCard) -> Append:
    member = room.members[speaker]
    plan = Plan(
        number=room.turns + 1,
        slot=room.slot + 1,
        speaker=speaker,
        move=choice.move,
        addressee=choice.addressee,
        issue=choice.issue,
        answering=choice.answering.said.turn if choice.answering else 0,
        owed=choice.owed,
        words=draw_words(member.style, room.chance, room.slot + 1, speaker),
        side=choice.side,
        base=room.head.seq,
    )
    asked = _request(room, Open(plan, 0), 1)
    payload: dict[str, Any] = {
        **asdict(plan),
        "sources": [s.id for s in asked.brief.sources],
        "prompt_sha256": prompt_hash(asked),
    }
    try:
        paid = _paid_call(room, asked, "speak", 0, card)
    except budget.BudgetExhausted as exhausted:
        return Append((calls.halted("budget_exhausted", str(exhausted)),))
    planned = Draft("turn.planned", payload, actor_id=speaker, visible_to=())
    return Append((planned, *paid), ready=asked)


def prompt_hash(request: Request) -> str:
    """Return the sha256 of the prompt's text."""
    text = "\x1e".join(f"{line.role}\x1f{line.text}" for line in request.prompt)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _paid_call(
    room: Room, asked: Request, purpose: str, attempt: int, card: ModelCard
) -> tuple[Draft, Draft]:
    amount = budget.worst_case(card.price, asked.prompt, asked.max_tokens)
    budget.check(room.account, amount, card.price)
    about = {"key": asked.key, "purpose": purpose, "attempt": attempt}
    reserved = {**about, "amount": amount, "priced": card.price is not None}
    return (
        Draft("budget.reserved", reserved, visible_to=()),
        Draft("call.sent", about, visible_to=()),
    )


def _key(room: Room, plan: Plan, purpose: str, number: int) -> str:
    return f"{room.head.run_id}/{plan.slot}/{purpose}/{number}"


def _request(room: Room, turn: Open, number: int) -> Request:
    plan = turn.plan
    asked = briefing.brief(room, plan, attempt=turn.attempt, flagged=turn.flagged)
    return Request(
        key=_key(room, plan, turn.purpose, number),
        prompt=prompt.render(asked, room.settings.prompt_tokens),
        brief=asked,
        max_tokens=max(room.settings.reply_tokens, plan.words * 3),
        refused=lambda text: guard.refuses(room, plan.speaker, text),
    )


def _go_on(room: Room, turn: Open, card: ModelCard, ready: Request | None) -> Step:
    if turn.stale:
        return Append(_discarded(turn, card))
    if turn.phase == "sent":
        same = ready is not None and ready.key == _key(room, turn.plan, turn.purpose, turn.calls)
        return Call(ready if ready and same else _request(room, turn, turn.calls))
    if turn.phase == "recorded":
        return _judged(room, turn, card)
    return _try_again(room, turn, card)


def _discarded(turn: Open, card: ModelCard) -> tuple[Draft, ...]:
    """Return the end of a stale turn; a call that was not made yet gives its money back."""
    over = Draft("turn.discarded", {"reason": "stale", "speaker": turn.plan.speaker})
    if turn.phase == "recorded":
        return (*calls.settled(turn, card), over)
    return (calls.settlement(turn, 0), over) if turn.reserved else (over,)


def _pause_before(room: Room, turn: Open) -> float:
    """Return seconds to wait before a call: 0, or about 1, 2, 4 ... after failures, at most 60."""
    if not turn.failures:
        return 0.0
    jitter = 0.5 + room.chance.number("backoff", turn.plan.slot, turn.calls)
    return min(60.0, max(turn.retry_after, 2.0 ** (turn.failures - 1) * jitter))


def _try_again(room: Room, turn: Open, card: ModelCard) -> Step:
    if turn.failures >= TRIES:
        return Append((calls.halted("waiting_provider", "The model failed three times in a row."),))
    asked = _request(room, turn, turn.calls + 1)
    wait = _pause_before(room, turn)
    if turn.reserved or turn.phase == "reserved":
        sent = {"key": asked.key, "purpose": turn.purpose, "attempt": turn.attempt}
        return Append((Draft("call.sent", sent, visible_to=()),), wait)
    try:
        return Append(_paid_call(room, asked, turn.purpose, turn.attempt, card), wait)
    except budget.BudgetExhausted as exhausted:
        return Append((calls.halted("budget_exhausted", str(exhausted)),))


def _judged(room: Room, turn: Open, card: ModelCard) -> Append:
    speaker = turn.plan.speaker
    name = room.name_of(speaker)
    others = [m.agent.name for m in room.present() if m.id != speaker]
    text = spoken(turn.reply["text"], name, others)
    verdict = guard.judge(room, speaker, text)
    paid = calls.settled(turn, card)
    cost = turn.cost + sum(d.payload["spent"] for d in paid) if card.price else None
    told = {**verdict.payload(), "attempt": turn.attempt, "flagged": "" if verdict.passed else text}
    judged = Draft("guard.judged", told, visible_to=())
    if verdict.passed:
        return Append((judged, *paid, _committed(room, turn, text, cost)))
    if guard.may_repair(room, turn):
        again = Open(turn.plan, turn.seq, purpose="repair", attempt=turn.attempt + 1, flagged=text)
        asked = _request(room, again, turn.calls + 1)
        with suppress(budget.BudgetExhausted):
            repair = _paid_call(room, asked, "repair", again.attempt, card)
            return Append((judged, *paid, *repair), ready=asked)
    if verdict.kept:
        return Append((judged, *paid, _committed(room, turn, verdict.kept, cost)))
    reason = "repetition" if "repeat" in " ".join(verdict.reasons) else verdict.reasons[0]
    passed = Draft("turn.passed", {"reason": reason, "speaker": speaker}, actor_id=speaker)
    return Append((judged, *paid, passed))


def _committed(room: Room, turn: Open, text: str, cost: int | None) -> Draft:
    plan = turn.plan
    payload: dict[str, Any] = {
        "number": plan.number,
        "speaker": plan.speaker,
        "text": text,
        "move": moves.after_repairs(plan.move, turn.attempt),
        "addressee": plan.addressee,
        "issue": plan.issue,
        "answering": plan.answering,
        "side": plan.side,
        "mood": room.members[plan.speaker].mood_label,
        "day": room.day,
        "period": room.period,
        "produced_by": turn.reply["produced_by"],
        "finish": turn.reply["finish"],
        "tokens_in": turn.tokens_in,
        "tokens_out": turn.tokens_out,
        "cost": cost,
        "calls": turn.calls,
    }
    return Draft("turn.committed", payload, actor_id=plan.speaker, causation=turn.seq)
