"""From the facts of a run to the session that the engine's metrics measure."""

from symposion.engine.metrics.dialogue import novelties
from symposion.engine.metrics.session import (
    Quote,
    Session,
    StanceLedger,
    StanceMove,
    Utterance,
)
from symposion.report.facts import Facts


def session_of(facts: Facts) -> Session:
    """Return the run as a session; the notes of the report are its quotes."""
    notes = (*facts.decisions, *facts.commitments, *facts.questions)
    return Session(
        utterances=tuple(
            Utterance(
                turn=line.turn.number,
                speaker_id=line.turn.speaker_id,
                speaker_name=line.turn.speaker_name,
                text=line.turn.text,
                reading=line.reading,
            )
            for line in facts.lines
        ),
        names={agent.id: agent.name for agent in facts.cast},
        language=facts.scenario.language,
        issues=facts.issues,
        traits={agent.id: agent.traits for agent in facts.cast},
        stances=_ledger(facts),
        quotes=tuple(Quote(note.text, note.turn) for note in notes),
        generations=facts.spending.calls,
        cost=facts.spending.micro_usd,
    )


def novelty_by_turn(session: Session) -> list[tuple[int, float]]:
    """Return (turn number, novelty 0 to 1) for every turn but the first."""
    later = session.utterances[1:]
    return [(u.turn, value) for u, value in zip(later, novelties(session), strict=True)]


def _ledger(facts: Facts) -> StanceLedger:
    rows = [(issue, stance) for issue, found in facts.stances.items() for stance in found]
    return StanceLedger(
        initial={(stance.agent_id, issue): stance.first for issue, stance in rows},
        final={(stance.agent_id, issue): stance.last for issue, stance in rows},
        moves=tuple(
            StanceMove(shift.turn, stance.agent_id, issue, shift.before, shift.after, shift.causes)
            for issue, stance in rows
            for shift in stance.shifts
        ),
    )
