"""What the record under way touched: strands, and of what in them."""

from collections.abc import Sequence

from msgspec import Struct, structs

from habitue.segment.finding import Found
from habitue.segment.leaves import Held
from habitue.segment.live_rows import Cause


class Touched(Struct, frozen=True, gc=False):
    """What took something: leaves, and between which moments that lies.

    rising: no amount in it is below 0. of_profile: what else is known of somebody may
    have changed, too. noted: what it is. held: all that the strand has noted now, which
    nobody may change; None where there is more than its row holds, or that is not at
    hand.
    """

    leaves: Sequence[int]
    first_us: int
    last_us: int
    rising: bool = True
    of_profile: bool = False
    noted: tuple[Found, ...] = ()
    held: Held | None = None

    def and_also(self, other: "Touched") -> "Touched":
        """Give what took something of either; other came behind."""
        return Touched(
            list({*self.leaves, *other.leaves}),
            min(self.first_us, other.first_us),
            max(self.last_us, other.last_us),
            self.rising and other.rising,
            self.of_profile or other.of_profile,
            (*self.noted, *other.noted),
            other.held,
        )


def also_of_profile(touched: Touched, at_us: int) -> Touched:
    """Say that an event changed what else is known of somebody, too."""
    return structs.replace(touched, first_us=at_us, last_us=at_us, of_profile=True)


class Dirty:
    """The strands that were touched, until those who have them are judged."""

    def __init__(self) -> None:
        # None: all of somebody is to be looked at.
        self.strands: dict[int, Touched | None] = {}
        # Others than the one who did something may be concerned.
        self.widely = False
        self.cause = Cause.EVENT

    def touch(self, strand: int, touched: Touched) -> None:
        """Have whose a strand is be judged, by what was noted of something done."""
        if strand not in self.strands:
            self.strands[strand] = touched
            return
        held = self.strands[strand]
        if held is not None:
            self.strands[strand] = held.and_also(touched)

    def touch_all(self, strand: int) -> None:
        """Have all of whose a strand is be judged, and whom else that concerns."""
        self.strands[strand], self.widely = None, True

    def clear(self) -> None:
        """Begin with another record."""
        self.strands, self.widely, self.cause = {}, False, Cause.EVENT
