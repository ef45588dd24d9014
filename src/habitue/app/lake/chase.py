"""Whether reading who has changed, while more change, comes to an end in time.

Who reads a slice at a time gives the projector its turns, and whoever was read may
change in them. So the reading gains on the changes or it does not, and where it does
not, no record is to be taken in while the rest is read.
"""

# So often the rate is looked at, in seconds: a few slices say little of it.
LOOK_S = 0.25
# A chase that would be longer than this is given up.
CHASED_S = 10.0


class Chase:
    """One reading of those who have changed, and how it gains."""

    def __init__(self, pending: int, now_s: float) -> None:
        """pending: notes to be read; now_s: of a clock that only goes on."""
        self._until_s = now_s + CHASED_S
        self._left, self._looked_s = pending, now_s

    def pays(self, pending: int, now_s: float) -> bool:
        """Say, with so many left to read now, if there will be none in time."""
        in_s = now_s - self._looked_s
        if in_s < LOOK_S:
            return True
        fewer, left_s = self._left - pending, self._until_s - now_s
        self._left, self._looked_s = pending, now_s
        return gains(fewer, in_s, pending, left_s)


def gains(fewer: int, in_s: float, pending: int, left_s: float) -> bool:
    """Say if a reading that left so many fewer after so long is done in what is left.

    >>> gains(500, 1.0, 2_000, left_s=5.0), gains(500, 1.0, 2_000, left_s=3.0)
    (True, False)
    >>> gains(0, 1.0, 1, left_s=5.0), gains(-40, 1.0, 2_000, left_s=5.0)
    (False, False)
    """
    return fewer > 0 and pending * in_s <= left_s * fewer
