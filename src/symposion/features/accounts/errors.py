"""How work with accounts goes wrong."""

from symposion.core.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    TooMany,
    Unauthenticated,
)


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


class NoPassword(Refused):
    """What is guarded by a password, asked for by somebody who has none."""

    code = "no-password"
    title = "Your account has no password; whoever signs you in can ask for a second factor there."


class SecondFactorOn(Conflict):
    """A second factor that is in use is not replaced, only turned off."""

    code = "second-factor-on"
    title = "Your account has a second factor already; turn that off first."


class SecondFactorOff(Conflict):
    """There is no second factor to change or to confirm."""

    code = "second-factor-off"
    title = "Your account has no second factor; ask for one first."


class SecondFactorRequired(Unauthenticated):
    """Everything else was right, and the account has a second factor."""

    code = "second-factor-required"
    title = (
        "The code of your authenticator app is needed too: where there is no field for it, "
        "type your password, a space, and the code."
    )


class SecondFactorWrong(Unauthenticated):
    """Everything else was right, but the code is not."""

    code = "second-factor-wrong"
    title = "The code is wrong or was used before; please wait for the next one."


class WrongCode(Refused):
    """A code is asked for once more, and this is none that is good now."""

    code = "wrong-code"
    title = "The code is wrong or was used before; please wait for the next one."


class TooManyCodes(TooMany):
    """So many codes of this account were wrong that no more are looked at for now."""

    code = "too-many-codes"
    title = "Too many codes were wrong; please wait before you try another."


class TicketSpent(NotFound):
    """A ticket that was used, has expired, or never was."""

    code = "ticket-spent"
    title = "This link is no longer good: it works once, and for ten minutes; ask for a new one."
