"""The library as the README shows it."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def example() -> str:
    command = [sys.executable, str(ROOT / "examples" / "converse.py")]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return ran.stdout


def test_the_example_speaks_ten_turns_and_the_same_ones_again():
    first = example()
    assert [line.split(":")[0] in {"Amara", "Jonas", "Leila"} for line in first.splitlines()] == (
        [True] * 10
    )
    assert example() == first


def test_the_code_in_the_readme_is_the_example():
    code = (ROOT / "examples" / "converse.py").read_text().split('"""', 2)[2].strip()
    shown = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert code in [text.strip() for text in shown]
