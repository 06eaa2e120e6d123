"""What a provider's failure means: one table for all of them.

Nothing here ever repeats a key, and no failure keeps the driver's error as its context: those
hold the request, and the request holds the key.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from symposion.ports.language import ModelFailed

_RETRY_AFTER = (1.0, 60.0)
_QUOTE = 200
_AUTH = frozenset((HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN))
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds a Retry-After header asks for, within 1 to 60; None without one.

    Takes both forms of RFC 9110, 10.2.3: seconds, and an HTTP date.
    """
    value = headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            when = parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = (when.astimezone(UTC) - (now or datetime.now(UTC))).total_seconds()
    low, high = _RETRY_AFTER
    return None if seconds != seconds else min(max(seconds, low), high)  # noqa: PLR0124 - only NaN differs from itself


def quoted(message: object, key: str) -> str:
    """Return a provider's own words, short, on one line, without ``key`` and without HTML."""
    if not isinstance(message, str) or message.lstrip().startswith("<"):
        return ""
    text = _UNREADABLE.sub(" ", message)
    if key:
        text = text.replace(key, "***")
    text = " ".join(text.split())
    return f" It says: {text[:_QUOTE]}" if text else ""


def of_status(  # noqa: PLR0911 - one line per meaning is the clearest table
    status: int, *, who: str, model: str, says: str = "", wait: float | None = None
) -> ModelFailed:
    """Return what an HTTP ``status`` means.

    Args:
        status: HTTP status of the reply.
        who: The provider as people call it, such as "Gemini".
        model: Name of the model asked for.
        says: The provider's own words, made by `quoted`.
        wait: Seconds the provider asked us to wait.
    """
    if status in _AUTH:
        return key_refused(who, status)
    if status == HTTPStatus.NOT_FOUND:
        return unknown_model(who, model, says)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        detail = f"{who} allows no more requests at the moment.{says}"
        return ModelFailed(detail, reason="rate-limit", retry_after=wait)
    if status == HTTPStatus.REQUEST_TIMEOUT:
        detail = f"{who} gave up waiting (status 408)."
        return ModelFailed(detail, reason="timeout", retry_after=wait)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        detail = f"{who} failed with status {status}.{says}"
        return ModelFailed(detail, reason="server", retry_after=wait)
    if status >= HTTPStatus.BAD_REQUEST:
        detail = f"{who} refused the request with status {status}.{says}"
        return ModelFailed(detail, reason="refused", permanent=True)
    detail = (
        f"{who} answered with status {status}; redirects are not followed. Is its address right?"
    )
    return ModelFailed(detail, reason="protocol", permanent=True)


def no_key(who: str, setting: str) -> ModelFailed:
    """Return the failure for a provider without a key; ``setting`` is where it belongs."""
    return ModelFailed(
        f"{who} needs a key, and none is set in {setting}.", reason="auth", permanent=True
    )


def key_refused(who: str, status: int) -> ModelFailed:
    """Return the failure for a key that is missing, wrong or not allowed to do this."""
    return ModelFailed(
        f"{who} did not accept the key (status {status}).", reason="auth", permanent=True
    )


def unknown_model(who: str, model: str, says: str = "") -> ModelFailed:
    """Return the failure for a model the provider does not have; ``says`` tells what it has."""
    detail = f"{who} has no model named {model!r} (unknown model).{says}"
    return ModelFailed(detail, reason="refused", permanent=True)


def no_sdk(extra: str) -> ModelFailed:
    """Return the failure for an SDK that is not installed."""
    return ModelFailed(
        f"This model needs an extra package; in symposion's folder: pip install -e '.[{extra}]'",
        reason="protocol",
        permanent=True,
    )


def too_slow(who: str, timeout: float) -> ModelFailed:
    """Return the failure for a reply that was not whole after ``timeout`` seconds."""
    return ModelFailed(f"{who} did not answer within {timeout:g} s.", reason="timeout")


def unreachable(who: str) -> ModelFailed:
    """Return the failure for a connection that broke, or never came about."""
    return ModelFailed(f"{who} cannot be reached.", reason="network")


def unreadable(who: str, why: str = "is not what its protocol promises") -> ModelFailed:
    """Return the failure for a reply that makes no sense."""
    return ModelFailed(f"{who} sent an answer that {why}.", reason="protocol")


def told(error: BaseException) -> ModelFailed | None:
    """Return the `ModelFailed` that a driver wrapped into an error of its own, if there is one."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ModelFailed):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None
