"""The clock of this machine."""

from datetime import datetime

from symposion.core.documents import now


class SystemClock:
    """Tells the time of the machine."""

    def now(self) -> datetime:
        """Return the present moment in UTC, in whole milliseconds."""
        return now()
