"""From what a model wrote to what somebody said."""

import json
import unicodedata
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symposion.engine.parsing import CUT_MARK, LONGEST, spoken

OTHERS = ("Bob", "Carla Reyes")
SAID = "We should dredge the harbour before winter."


def said(text: str) -> str:
    return spoken(text, "Ana Silva", OTHERS)


@pytest.mark.parametrize(
    "reply",
    [
        SAID,
        f"Ana Silva: {SAID}",
        f"<think>Bob will object. What to say?</think>\n\n{SAID}",
        f'```json\n{{"message": "{SAID}"}}\n```',
        f'"{SAID}"',
        f"Ana Silva: {SAID}\n\nBob: I object.\nAna Silva: But why?",
    ],
    ids=["plain", "labelled", "thinking", "fenced JSON", "quoted", "several speakers"],
)
def test_six_dialects_say_the_same(reply: str):
    assert said(reply) == SAID


@pytest.mark.parametrize(
    "label",
    [
        "Ana: ",
        "ANA SILVA:",
        "**Ana Silva**: ",
        "**Ana Silva:** ",
        "*Ana:* ",
        "[Ana Silva] ",
        "[Ana]: ",
        "### Ana Silva:\n",
        "**Ana Silva**\n\n",
        "Ana Silva (softly): ",
        "> Ana: ",
        "Ana\uff1a",
        "Ana: Ana: ",
    ],
)
def test_the_own_label_is_taken_off(label: str):
    assert said(label + SAID) == SAID


@pytest.mark.parametrize(
    "reply",
    [
        f"<think>\nStill thinking, and {SAID}",
        "<THINKING>all of it</THINKING>",
        "",
        "  \n\t ",
        "*nods slowly*",
        "[says nothing]",
        "Bob: I object.",
        "**Carla Reyes**\nI object.",
        "<|im_end|>",
        "```\n```",
        '{"message": ""}',
    ],
)
def test_a_reply_without_speech_is_empty(reply: str):
    assert said(reply) == ""


@pytest.mark.parametrize(
    "reply",
    [
        f"Bob will object.\n</think>\n{SAID}",
        f"*leans forward* {SAID}",
        f"*Ana Silva leans forward.*\n\n{SAID}",
        f"(smiles) {SAID}",
        f"[pauses] *sighs* {SAID}",
        f"“{SAID}”",
        f"« {SAID} »",
        f"'{SAID}'",
        f'"{SAID}',
        f'Ana: "*nods* {SAID}"',
        f'{{"thought": "hm", "reply": "{SAID}", "mood": 3}}',
        f'{{"message": "{SAID}',
        f'{{"message": "Ana: {SAID}"}} and more',
        f"```\n{SAID}\n```",
        f"```{SAID}```",
        f"{SAID}<|im_end|>\n<|im_start|>user\nAnd now?",
        f"<|im_start|>assistant\n{SAID}<end_of_turn>",
        f"{SAID}\nBob: No!",
        f"{SAID}\n**Carla:** No!",
        f"{SAID}\n[Bob] No!",
        f"{SAID}\n\n### Carla Reyes:\nNo!",
        f"Bob: Shall we?\nAna: {SAID}",
        "  We  should\tdredge\u00a0the harbour before winter.\r\n",
        SAID.replace("harbour", "har\0bo\u202eur\ud800"),
    ],
)
def test_wrappings_are_taken_off(reply: str):
    assert said(reply) == SAID


@pytest.mark.parametrize(
    "reply",
    [
        "*Never* again will I agree.",
        "**Never** again will I agree.",
        "(As I said) we should wait.",
        "[1] says otherwise.",
        "(2) is the better plan.",
        '"Yes," they said, "but not now."',
        "'Tis true, and it doesn't matter.",
        "Bob, could you say why?",
        "Bob's plan: dredge first.",
        "Next steps:\n- Bob: the costs\n- Carla: the permits",
        "1. Dredge.\n2. Rebuild.\n\nBoth by spring.",
        "The ratio is 3:1, and I mean it.",
        'It costs {"about": 5}.',
        "Анна: это не имя здесь.",
        "我们应该在冬天之前疏浚港口。",
        "👩‍🔬 agrees.",
    ],
)
def test_speech_itself_is_left_alone(reply: str):
    assert said(reply) == reply


def test_a_first_name_that_two_share_is_no_label():
    assert spoken("Ana: yes", "Ana Silva", ["Ana Costa"]) == "Ana: yes"
    assert spoken("Ana Silva: yes\nAna Costa: no", "Ana Silva", ["Ana Costa"]) == "yes"


def test_a_long_speech_is_cut_at_a_word_with_a_mark():
    cut = said("harbour " * 5_000)
    assert LONGEST - 20 < len(cut) <= LONGEST
    assert cut.endswith("harbour" + CUT_MARK)
    assert len(said("x" * 100_000)) == LONGEST


def test_a_thought_longer_than_any_speech_is_still_a_thought():
    assert said(f"<think>{'hm ' * 100_000}</think>{SAID}") == SAID


PIECES = st.sampled_from(
    [
        "Ana Silva:",
        "Ana:",
        "**Ana**:",
        "Bob:",
        "**Bob:**",
        "[Carla]",
        "Carla Reyes (dryly):",
        "*nods*",
        "(smiles)",
        "[waits]",
        "<think>",
        "</think>",
        "```",
        "```json",
        '{"message": "',
        '"}',
        '"',
        "“",
        "”",
        "'",
        "<|im_end|>",
        "<|im_start|>assistant",
        "\n",
        "\r\n",
        " ",
        "\\",
        "\\n",
        "\u2028",
        "\0",
        "\ud83d",
        "I agree.",
        "we do",
        "#",
        ">",
        "*",
        "x" * 3_000,
    ]
)
REPLIES = st.one_of(
    st.text(max_size=200),
    st.lists(PIECES, max_size=14).map("".join),
    st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=10).map("".join),
)


@given(REPLIES)
def test_any_reply_becomes_clean_speech(reply: str):
    result = said(reply)
    assert said(result) == result
    assert len(result) <= LONGEST
    assert result == result.strip()
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in result if c != "\n")
    result.encode("utf-8")
    for line in result.splitlines():
        assert not line.startswith(("Bob:", "**Bob:**", "Carla Reyes:", "Carla:", "[Bob]", "Ana:"))


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=3), REPLIES)
def test_any_names_will_do(own: str, others: list[str], reply: str):
    result = spoken(reply, own, others)
    assert spoken(result, own, others) == result


@given(st.text(alphabet=st.characters(categories=["L"]), min_size=1, max_size=40))
def test_what_json_wraps_is_what_comes_out(word: str):
    assert said(json.dumps({"message": word})) == said(word)


@pytest.mark.parametrize(
    "reply",
    [
        "[" * 100_000,
        '{"a":' * 20_000,
        "<think>" * 20_000,
        '"' * 30_000,
        '"*a* ' * 8_000,
        "*a* " * 8_000,
        "``` " * 8_000,
        "```\n" * 8_000,
        "Ana: " * 6_000,
        "(" * 30_000,
        "\n" * 1_000_000,
        "Bob (" * 6_000,
        "* " * 15_000,
    ],
    ids=range(13),
)
def test_hostile_nesting_costs_little(reply: str):
    before = process_time()
    said(reply)
    assert process_time() - before < 1.0
