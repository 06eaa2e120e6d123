"""A conversation without server, store or key: run it, or take it from here."""

import asyncio

from symposion import Agent, Archetype, Scenario, converse

CAST = [
    Agent(name="Amara", archetype=Archetype.LEADER, role="harbour master", goal="Keep ships safe"),
    Agent(name="Jonas", archetype=Archetype.SKEPTIC, role="fisherman", goal="Keep the old quay"),
    Agent(name="Leila", archetype=Archetype.RESEARCHER, expertise="tides, sediment, dredging"),
]
SCENARIO = Scenario(text="Should the town dredge its harbour? It costs 2 million euros. Who pays?")


async def main() -> None:
    """Print ten turns; the same seed gives the same words."""
    async for turn in converse(CAST, SCENARIO, turns=10, seed=7):
        print(f"{turn.speaker_name}: {turn.text}")


if __name__ == "__main__":
    asyncio.run(main())
