"""How work with a simulation goes wrong."""

from symposion.core.errors import Refused


class BlankScenario(Refused):
    """The scenario or its name is missing or blank."""

    code = "blank-scenario"
    title = "Scenario and scenario name are required."
