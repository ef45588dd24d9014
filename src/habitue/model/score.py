"""By what a shop scores its customers: rules that are data, with a version each."""

from msgspec import Struct

# Cut points of one measure, rising: a value's score is 1 and one more for each cut
# that it reaches.
Cuts = tuple[int, ...]


class EngagementRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How fast interest fades, and what a purchase weighs beside a visit."""

    visit_half_life_days: int = 14
    purchase_half_life_days: int = 180
    # Events of one day that count; more show no more interest.
    events_a_day: int = 20
    purchase_points: int = 40
    # So many points are a score of 50.
    middle_points: int = 60


class RfmRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where one score ends and the next begins, fixed until somebody changes it."""

    # Days since the last purchase: the fewer, the better.
    recency_days: Cuts = (30, 90, 180, 365)
    purchases: Cuts = (2, 3, 5, 10)
    # Minor units of the reporting currency, net of returns.
    money: Cuts = (5_000, 15_000, 40_000, 100_000)
    # Whether a changed persona is told as an event, RFM Changed.
    tell: bool = False


class RfmPart(Struct, frozen=True, kw_only=True):
    """A part of what people buy: of a category, in a store, or both; empty: all."""

    category: str = ""
    store: str = ""


class StageRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a customer is new, and after what silence fading, lapsed, lost."""

    new_days: int = 60
    # The shop's rhythm, for who has no rhythm of their own yet.
    usual_days: int = 60
    fading_rhythms: int = 2
    lapsed_rhythms: int = 4
    lost_days: int = 730
    # Whether a purchase that came back whole is none.
    returns_undo: bool = True


class ScoreRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All rules of scores; a definition of the shop's, or these defaults."""

    currency: str = ""
    engagement: EngagementRules = EngagementRules()
    rfm: RfmRules = RfmRules()
    stage: StageRules = StageRules()
