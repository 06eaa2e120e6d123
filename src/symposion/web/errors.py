"""What goes wrong before a request reaches a feature, or after it fell through all of them."""

from symposion.core.errors import DomainError, Forbidden, Invalid, NotFound, TooMany


class InvalidRequest(Invalid):
    """A parameter or a field of the body does not fit."""

    code = "invalid-request"
    title = "The request does not fit."


class InvalidJson(Invalid):
    """The body is no JSON, or JSON that no client of ours would send."""

    code = "invalid-json"
    title = "The body is not acceptable JSON."


class NoSuchAddress(NotFound):
    """No route has this path."""

    code = "no-such-address"
    title = "There is nothing at this address."


class MethodNotAllowed(DomainError):
    """The path exists, but not with this method."""

    code = "method-not-allowed"
    title = "This address does not take this method."


class BodyTooLarge(DomainError):
    """The body is longer than its route takes."""

    code = "body-too-large"
    title = "The body of the request is too large."


class UnknownMedia(DomainError):
    """The ``Content-Type`` names no format that its route takes."""

    code = "unknown-media"
    title = "The Content-Type of the body is none that is taken here."


class BodyTooSlow(DomainError):
    """The body comes too slowly; the connection is closed."""

    code = "body-too-slow"
    title = "The body of the request came too slowly."


class QueryTooLong(DomainError):
    """What follows the question mark of the address is too long."""

    code = "query-too-long"
    title = "The query of the address is too long."


class HeadersTooLarge(DomainError):
    """The headers of the request are too large in all."""

    code = "headers-too-large"
    title = "The headers of the request are too large."


class HeadTooSlow(DomainError):
    """The head of the request was not complete in time; the connection is closed."""

    code = "head-too-slow"
    title = "The head of the request came too slowly."


class NotHttp(DomainError):
    """What came is no request that this server reads; the connection is closed."""

    code = "not-http"
    title = "This is no HTTP request that can be read."


class RateLimited(TooMany):
    """The caller asks too often."""

    code = "rate-limited"
    title = "Too many requests; please wait."


class AdminsOnly(Forbidden):
    """What only administrators may."""

    code = "admins-only"
    title = "Admin access required"


class NotForGuests(Forbidden):
    """What takes an account that stays."""

    code = "not-for-guests"
    title = "Guests cannot do this; please register."


class SessionNeeded(Forbidden):
    """What an API key never may, whoever made it."""

    code = "session-needed"
    title = "This takes somebody who signed in; an API key is not enough."


class ScopeMissing(Forbidden):
    """The API key is good for other things."""

    code = "scope-missing"
    title = "This API key is not good for that."


class OriginNotAllowed(DomainError):
    """A browser asked whether a page of another origin may call, and it may not."""

    code = "origin-not-allowed"
    title = "Pages of this origin may not call this address."


class HttpError(DomainError):
    """The framework refused the request for a reason of its own."""

    code = "http-error"
    title = "The request could not be served."


class Internal(DomainError):
    """A fault of ours; the cause stands in the log under the request id, and nowhere else."""

    code = "internal"
    title = "Something went wrong on our side; the log has it under the request id."
