"""How people name the model they want."""

import pytest

from symposion.core.errors import Invalid
from symposion.ports.language import parse_model_name


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("offline", ("offline", "")),
        (" offline\n", ("offline", "")),
        ("gemini:gemini-3.1-flash-lite", ("gemini", "gemini-3.1-flash-lite")),
        ("openai:llama3:8b", ("openai", "llama3:8b")),
        ("openai: meta-llama/llama-3 ", ("openai", "meta-llama/llama-3")),
    ],
)
def test_a_model_is_named_by_provider_and_name(spec: str, expected: tuple[str, str]):
    assert parse_model_name(spec) == expected


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "gemini",
        "gemini:",
        "openai: ",
        "offline:",
        "offline:x",
        "Gemini:x",
        "mistral:x",
        "gpt-4o",
    ],
)
def test_a_name_that_makes_no_sense_is_answered_with_what_is_possible(spec: str):
    with pytest.raises(Invalid, match="offline, gemini:NAME or openai:NAME"):
        parse_model_name(spec)


@pytest.mark.parametrize("name", ["x" * 201, "a\nb", "a\0", "\u202egpt"])
def test_a_name_is_short_and_printable(name: str):
    with pytest.raises(Invalid):
        parse_model_name("openai:" + name)
