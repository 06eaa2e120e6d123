"""How sign-in with Google goes wrong, beyond what the port tells."""

from symposion.core.errors import Conflict, NotFound, Refused


class GoogleNotSetUp(Refused):
    """This server does not ask Google."""

    code = "google-not-set-up"
    title = "Signing in with Google is not set up on this server."


class EmailUnverified(Refused):
    """Google itself does not know that the address is the person's."""

    code = "email-unverified"
    title = "Google has not verified your e-mail address; please do that there first."


class JourneyLost(Refused):
    """What came back from Google was not begun in this browser, or too long ago."""

    code = "journey-lost"
    title = "This sign-in was not begun in this browser, or took too long; please try again."


class GoogleDenied(Refused):
    """Somebody said no on Google's page."""

    code = "google-denied"
    title = "You were not signed in, because Google was not allowed to say who you are."


class ForeignAddress(Refused):
    """A code was to be redeemed for an address that is none of ours."""

    code = "foreign-redirect"
    title = "The address that Google sent you back to is not one of this server."


class AccountClosed(Refused):
    """The account of this person is deactivated."""

    code = "account-closed"
    title = "Your account here is deactivated."


class AlreadyLinked(Conflict):
    """An account is tied to one person at Google."""

    code = "google-already-linked"
    title = "Your account is linked with Google already."


class LinkedElsewhere(Conflict):
    """A person at Google is tied to one account."""

    code = "google-linked-elsewhere"
    title = "This Google account belongs to another account here."


class NotLinked(NotFound):
    """There is no link to take away."""

    code = "google-not-linked"
    title = "Your account is not linked with Google."


class OnlyWayIn(Conflict):
    """Without the link nobody could sign in to the account."""

    code = "only-way-in"
    title = "Google is the only way into your account, which has no password."
