"""What is kept of the things worked on last."""

from symposion.core.recent import Recent


def test_what_was_put_can_be_taken_once():
    kept = Recent[int](2)
    kept.put("a", 1)

    assert (kept.take("a"), kept.take("a")) == (1, None)


def test_the_one_unused_for_longest_is_forgotten():
    kept = Recent[int](2)
    for name in ("a", "b", "a", "c"):
        kept.put(name, 0)

    assert [name for name in "abc" if kept.take(name) is not None] == ["a", "c"]
