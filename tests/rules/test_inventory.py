"""The arguments on the table."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from symposion.engine.inventory import KEPT, Inventory, Point, backed


def point(turn: int, words: str, **changes: Any) -> Point:
    fields: dict[str, Any] = {
        "id": f"p{turn}",
        "issue": "i1",
        "text": words,
        "keys": frozenset(words.split()),
        "side": 0.5,
        "owner": "a",
        "turn": turn,
        "seq": turn,
    }
    return Point(**(fields | changes))


def test_a_claim_is_new_once_a_quarter_new_twice_and_then_old():
    table = Inventory()
    said = [table.add(point(turn, "lorries block noon"))[1] for turn in range(1, 5)]
    assert said == [1.0, 0.25, 0.0, 0.0]
    assert table.points["p1"].uses == 4
    assert list(table.points) == ["p1"]


def test_the_same_claim_on_another_issue_is_another_claim():
    table = Inventory()
    table.add(point(1, "lorries block noon"))
    assert table.add(point(2, "lorries block noon", issue="i2"))[1] == 1.0
    assert [p.id for p in table.on("i2", "a")] == ["p2"]


def test_what_was_whispered_is_new_to_those_who_did_not_hear_it():
    table = Inventory()
    table.add(point(1, "lorries block noon", visible_to=("a", "b")))
    assert table.add(point(2, "lorries block noon"))[1] == 1.0
    assert table.add(point(3, "lorries block noon", visible_to=("a", "b")))[1] == 0.25
    assert [p.id for p in table.on("i1", "c")] == ["p2"]
    assert [p.id for p in table.on("i1", "a", since=1)] == ["p2"]


def test_the_best_backed_proposal_wins_and_a_tie_goes_to_the_later_one():
    points = [
        point(1, "a b", proposal=True, backers=["x", "y"]),
        point(2, "c d", proposal=True, backers=["x", "z"]),
        point(3, "e f", backers=["x", "y", "z"]),
        point(4, "g h", proposal=True, backers=["x"]),
    ]
    found = backed(points, 2)
    assert found is not None
    assert found.id == "p2"
    assert backed(points, 3) is None


@given(st.lists(st.frozensets(st.integers(0, 60).map(str), min_size=1, max_size=8), max_size=150))
def test_the_table_holds_no_more_than_it_may(claims: list[frozenset[str]]):
    table = Inventory()
    for turn, keys in enumerate(claims):
        kept, novelty = table.add(point(turn, "x", keys=keys))
        assert novelty in (0.0, 0.25, 1.0)
        assert table.points[kept.id] is kept
    assert len(table.points) <= KEPT
