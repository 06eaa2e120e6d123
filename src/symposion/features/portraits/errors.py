"""How work with portraits goes wrong."""

from symposion.core.errors import TooMany


class ImageBudgetExhausted(TooMany):
    """As many images were asked for today as may be paid for."""

    code = "image-budget-exhausted"
    title = "No more images can be paid for today."
