"""What reports over journeys are asked by, beside their days."""

from msgspec import Struct

from habitue.measure.kpi.asking import LOYAL

# So many paths are told where nobody says how many, and at most.
PATHS, PATHS_MAX = 20, 100
# After a purchase the next one is waited for so long.
AFTER_DAYS, AFTER_DAYS_MAX = 90, 3_650


class Ways(Struct, frozen=True):
    """Which ways to purchases: in a currency, begun within days; paths: how many.

    after_days: so long the next purchase is waited for.
    """

    currency: str = ""
    window_days: int | None = None
    paths: int = PATHS
    after_days: int = AFTER_DAYS


class Regional(Struct, frozen=True):
    """A test by region: where something was done, from a day on to the last asked for.

    neighbours: what it may have reached, too; nothing was tested where there is no
    region.
    """

    regions: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    start: str = ""


class Credits(Struct, frozen=True):
    """Whose credit: in a currency, of purchases in a place, by a chain of an order.

    control: the arm of experiments that says what came without; tested: regions that
    say so.
    """

    currency: str = ""
    place: str = ""
    order: int = 1
    half_life_days: int = 7
    control: str = "control"
    window_days: int | None = None
    tested: Regional = Regional()


class Following(Struct, frozen=True):
    """What is to have followed: within days, and by what it is known, if by anything.

    By an experiment whose arms were planned as shares say; or, where regions are told,
    by a test of these.
    """

    days: int = 10
    currency: str = ""
    experiment: str = ""
    control: str = "control"
    shares: str = ""
    tested: Regional = Regional()


class Planning(Struct, frozen=True):
    """What an experiment is to show: a rate's rise, or a mean's where it deviates so.

    rate, lift: parts of one; of money, lift and deviation in units of the currency.
    arms: with the control, each of which is compared with it. baseline: what of these
    is read from the shop's own history instead: the rate, or the deviation of money,
    of who came from a day on (first) through one (last), within days after they came.
    """

    lift: float
    rate: float | None = None
    deviation: float | None = None
    arms: int = 2
    alpha: float = 0.05
    power: float = 0.8
    baseline: str = ""
    first: str = ""
    last: str = ""
    days: int = 14
    currency: str = ""


class Testing(Struct, frozen=True):
    """Which experiment, against which arm, and the differences one plans to see.

    outcome: an event that is looked for beside purchases; loyal: who bought so often in
    the days is called so; shares: how large the arms were planned, as
    control:0.1,led:0.9 (what assignments tell, without it).
    """

    experiment: str
    control: str = "control"
    days: int = 14
    currency: str = ""
    expected_rate: float = 0.01
    expected_money: float = 1.0
    outcome: str = ""
    loyal: int = LOYAL
    shares: str = ""
