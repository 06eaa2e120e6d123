"""How work with accounts goes wrong."""

from symposion.core.errors import Forbidden, Refused, Unauthenticated


class WrongCredentials(Unauthenticated):
    """E-mail and password do not open an account; which of them is wrong is not told."""

    code = "wrong-credentials"
    title = "The e-mail address or the password is wrong."


class EmailTaken(Refused):
    """Somebody has this address already."""

    code = "email-taken"
    title = "This e-mail address is already registered."


class GuestsNotAllowed(Forbidden):
    """This server takes no guests."""

    code = "guests-not-allowed"
    title = "This server takes no guests; please register."
