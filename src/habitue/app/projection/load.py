"""How much of the loop's time the projector takes; while it is much, others wait."""

WINDOW_S = 0.25
# With more of the time than this, readers and doors wait for the fold as it is.
SHARE_MAX = 0.3


class Load:
    """The projector's share of the time, window by window."""

    def __init__(self) -> None:
        self.is_high = False
        self._since_s = self._worked_s = 0.0

    def look(self, now_s: float) -> None:
        """Judge the window that is over, if one is; to be called before some work.

        >>> load = Load()
        >>> for second in range(3):
        ...     load.look(second)
        ...     load.add(0.4)
        >>> load.is_high
        True
        >>> load.look(60.0)
        >>> load.is_high
        False
        """
        passed_s = now_s - self._since_s
        if passed_s < WINDOW_S:
            return
        self.is_high = self._worked_s > SHARE_MAX * passed_s
        self._since_s, self._worked_s = now_s, 0.0

    def add(self, worked_s: float) -> None:
        """Count some work."""
        self._worked_s += worked_s
