"""How work with accounts goes wrong."""

from symposion.core.errors import Forbidden, Invalid, Refused, Unauthenticated


class WrongCredentials(Unauthenticated):
    """E-mail and password do not open an account; which of them is wrong is not told."""

    code = "wrong-credentials"
    title = "The e-mail address or the password is wrong."


class RefreshRefused(Unauthenticated):
    """A refresh token is no good; why is not told."""

    code = "refresh-refused"
    title = "This refresh token is no longer good; please sign in."


class EmailTaken(Refused):
    """Somebody has this address already."""

    code = "email-taken"
    title = "This e-mail address is already registered."


class GuestsNotAllowed(Forbidden):
    """This server takes no guests."""

    code = "guests-not-allowed"
    title = "This server takes no guests; please register."


class BadPicture(Invalid):
    """What was sent as a picture is none that we keep."""

    code = "bad-picture"
    title = "The picture must be a PNG, JPEG or WebP image of at most 5 MB."


class EmailNotChanged(Refused):
    """A profile with another e-mail address; changing it asks for the password."""

    code = "email-not-changed"
    title = "The e-mail address is changed under change-email, with your password."


class WrongPassword(Refused):
    """The current password is asked for, and this is another."""

    code = "wrong-password"
    title = "The current password is wrong."
