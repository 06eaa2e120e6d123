"""Print the sha256 of a scripted run's log without wall times: the same on every Python version.

python tests/rules/digest.py [turns]
"""

import asyncio
import sys

from scripted import Script, Scripted, fingerprint, played

TURNS = 30


def digest(turns: int = TURNS) -> str:
    """Return the digest of a run of ``turns`` turns with a model that often repeats itself."""
    events, _ = asyncio.run(played(Scripted(Script(repeats=0.4)), turns=turns))
    return fingerprint(events)


if __name__ == "__main__":
    sys.stdout.write(f"{sys.version.split()[0]} {digest(*map(int, sys.argv[1:]))}\n")
