"""Tells which operations never succeeded: what was only ever refused was not tried at all."""

import json
import sys
from urllib.request import urlopen

LEAST = 0.95
"""Share of the operations that must have succeeded (reliability design T1)."""


def main() -> int:
    with urlopen(sys.argv[1] + "/reached", timeout=10) as answer:  # noqa: S310 - our own server
        told = json.load(answer)
    never = sorted(set(told["operations"]) - set(told["succeeded"]))
    faults = told["faults"]
    share = 1 - len(never) / len(told["operations"])
    print(f"{share:.0%} of {len(told['operations'])} operations succeeded; {len(faults)} faults")
    for operation in never:
        print(f"  never: {operation}")
    for fault in faults:
        print(f"  fault of ours: {fault}")
    return int(share < LEAST or bool(faults))


if __name__ == "__main__":
    sys.exit(main())
