"""What hosted models cost, from the list in `prices.json`."""

import json
from functools import cache
from importlib.resources import files

from symposion.ports.language import Price


@cache
def price_of(provider: str, model: str) -> Price | None:
    """Return the public list price, or None when we do not know it.

    Ask only for the provider's own host: whoever else serves a model sets a price of their own.
    """
    text = files("symposion.adapters.language").joinpath("prices.json").read_text("utf-8")
    models = json.loads(text)["providers"].get(provider, {"models": {}})["models"]
    found = models.get(model)
    return Price(found["tokens_in"], found["tokens_out"]) if found else None
