"""Whether engagement orders customers by what they do next, on CDNOW.

The calibration is the first 39 weeks, the holdout the next 39. The figures to beat are
of the same split: 0.656 for the sum of RFM quintiles, 0.673 for the Pareto/NBD model.
"""

import gzip
import os
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from habitue.base.clock import to_us
from habitue.model.score import EngagementRules
from habitue.profile.computed import Facts
from habitue.profile.fold import Profiles
from habitue.profile.port import MemoryTables
from habitue.profile.scores.engagement import engagement
from tests.profile.shop import NOON_US, receipt, sources

ROOT = Path(__file__).parent.parent.parent.parent
SHARED = Path(os.environ.get("HABITUE_SHARED", ROOT.parent / "shared"))
MASTER = SHARED / "data" / "cdnow" / "CDNOW_master.txt.gz"
CUT = datetime(1997, 10, 1, tzinfo=UTC)
HOUR_US = 3_600_000_000


def told():
    """Give (customer, moment) of each purchase."""
    with gzip.open(MASTER, "rt") as file:
        next(file)
        for line in filter(str.strip, file):
            customer, day, *_ = line.split()
            yield customer, datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC)


def gini(scores, orders):
    """Give the area between the curve of orders by score and chance, ties shared."""
    by = pd.DataFrame({"score": scores, "orders": orders}).groupby("score").orders
    held = by.agg(["sum", "size"]).sort_index(ascending=False).cumsum()
    share = [0.0, *(held["sum"] / held["sum"].iloc[-1])]
    people = [0.0, *(held["size"] / held["size"].iloc[-1])]
    area = sum(
        (people[n] - people[n - 1]) * (share[n] + share[n - 1]) / 2
        for n in range(1, len(share))
    )
    return 2 * area - 1


@pytest.mark.skipif(not MASTER.is_file(), reason="cdnow is not there: HABITUE_SHARED")
def test_engagement_orders_customers_better_than_rfm_and_a_fitted_model():
    profiles = Profiles(MemoryTables(), sources())
    strands, later = {}, {}
    for n, (customer, day) in enumerate(told()):
        strand = strands.setdefault(customer, len(strands) + 1)
        if day >= CUT:
            later[customer] = later.get(customer, 0) + 1
            continue
        at = (to_us(day) - NOON_US) / HOUR_US
        item = receipt(f"r{n}", at=at, who=(f"customer_id:{customer}",))
        profiles.fold(
            item.event,
            source=item.source,
            message_id=str(n),
            offset=n + 1,
            received_us=item.received_us,
            strand=strand,
        )
    rules = EngagementRules()
    made = {
        customer: engagement(Facts(profiles.state([strand])), to_us(CUT), rules)
        for customer, strand in strands.items()
    }
    # Finer than the score of 0 to 100, which has many ties.
    points = pd.Series({who: one.visits + one.purchases for who, one in made.items()})
    orders = pd.Series(later).reindex(points.index, fill_value=0)

    found = gini(points, orders) / gini(orders, orders)

    assert found > 0.673
