"""E-mail addresses: one spelling for each."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

EMAIL_LIMIT = 320
"""Longest text looked at: 64 octets, an at sign, and 255 octets (RFC 5321, 4.5.3.1)."""


def spelling(text: str) -> str:
    """Return the one spelling of the address ``text``: all that differ in case only are the same.

    Raises:
        ValueError: It is no address that could be anybody's on the internet.
    """
    import email_validator  # noqa: PLC0415 - not needed before the first sign-in

    found = email_validator.validate_email(
        text.strip(), check_deliverability=False, allow_smtputf8=False
    )
    return found.normalized.casefold()


def _checked(text: str) -> str:
    try:
        return spelling(text)
    except ValueError:
        raise PydanticCustomError("email", "must be an e-mail address") from None


Email = Annotated[str, StringConstraints(max_length=EMAIL_LIMIT), AfterValidator(_checked)]
"""An e-mail address in its one spelling."""
