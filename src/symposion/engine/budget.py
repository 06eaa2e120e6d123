"""Money of a run, in whole micro-USD: worst case reserved before a call, settled after."""

from symposion.core.errors import Conflict
from symposion.engine.room import Account
from symposion.ports.language import Line, Price

MILLION = 1_000_000


class BudgetExhausted(Conflict):
    """The next call could cost more than the cap leaves."""

    code = "budget-exhausted"
    title = "The budget does not cover the next turn."


def tokens_at_most(prompt: tuple[Line, ...]) -> int:
    """Return an upper bound of the tokens in ``prompt``: its UTF-8 bytes, plus 8 a message.

    No tokenizer makes more tokens than bytes; "four characters a token" is no bound.
    """
    return sum(len(line.text.encode()) + 8 for line in prompt)


def cost(price: Price | None, tokens_in: int, tokens_out: int) -> int:
    """Return micro-USD for a call, rounded up; 0 when no price is known."""
    if price is None:
        return 0
    return -(-(tokens_in * price.tokens_in + tokens_out * price.tokens_out) // MILLION)


def worst_case(price: Price | None, prompt: tuple[Line, ...], max_tokens: int) -> int:
    """Return what a call can cost at most."""
    return cost(price, tokens_at_most(prompt), max_tokens)


def check(account: Account, amount: int, price: Price | None) -> None:
    """Raise `BudgetExhausted` unless ``spent + reserved + amount`` stays within the cap.

    With a cap, a model without a known price is refused: nobody could keep the cap.
    """
    if account.cap is None:
        return
    if price is None:
        raise BudgetExhausted("There is a spending cap, but the price of the model is not known.")
    if account.spent + account.reserved + amount > account.cap:
        raise BudgetExhausted(
            f"The next call may cost {amount} micro-USD; "
            f"{account.cap - account.spent - account.reserved} of {account.cap} are left."
        )
