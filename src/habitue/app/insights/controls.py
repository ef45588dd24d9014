"""Which experiments there were, and what their control groups say of channels.

Credit is handed out by where touchpoints stood; what would have been bought without
them, only people who were kept from them by chance can tell.
"""

from typing import TYPE_CHECKING, Any

from msgspec import structs

from habitue.api.port_geo import Looking
from habitue.base.clock import to_iso
from habitue.measure.wanted import Testing

if TYPE_CHECKING:
    from habitue.app.insights.desk import InsightDesk

View = dict[str, Any]
SEEN_MAX, ARMS_MAX = 100, 20
# So many are read beside a report of credit, the largest: each is a report by itself.
READ_MAX = 5
NONE = (
    "No experiment of these days has an arm called '{}': what channels brought is not"
    " known. To find out, keep a control group, chosen by chance, from a channel, and"
    " tell its assignment as 'Experiment Viewed' with experiment_id, variation and"
    " channel."
)


async def experiments_seen(
    desk: "InsightDesk", first: str, last: str, control: str
) -> View:
    """Give the experiments of these days, the largest first."""
    asked = desk.framing.asked(
        first, last, control=control, seen_max=SEEN_MAX, arms_max=ARMS_MAX
    )
    found = await desk.ask(asked, "SELECT * FROM experiment_seen", {})
    return {
        "offset": found.offset,
        "control": control,
        "experiments": [_seen(row) for row in found.table.to_pylist()],
    }


def _seen(row: View) -> View:
    return {
        "experiment": row["experiment"],
        # Empty: it was not told of which channel it is.
        "channel": row["channel"],
        "people": row["people"],
        "arms": row["arms"],
        "has_control": row["has_control"],
        "first": to_iso(row["first_us"]),
        "last": to_iso(row["last_us"]),
    }


async def control_groups(
    desk: "InsightDesk", first: str, last: str, wanted: Testing
) -> View:
    """Give what the arms of each experiment brought beyond its control.

    wanted: of any experiment: the control's name, the currency.
    """
    seen = await experiments_seen(desk, first, last, wanted.control)
    having = [one for one in seen["experiments"] if one["has_control"]][:READ_MAX]
    found = []
    for one in having:
        testing = structs.replace(wanted, experiment=one["experiment"])
        report = await desk.experiment(first, last, testing)
        found.append(_said(one, report))
    because = None if found else NONE.format(wanted.control[:64])
    return {"control_groups": found, "control_because": because}


def tested(report: View, action: Looking) -> View:
    """Say in short what a test by region brought; report: its reading."""
    names = ("lift", "lift_low", "lift_high", "in_all", "in_all_low", "in_all_high")
    return {
        "regions": report["regions"],
        "start": action.start,
        "days": report["days"],
        "offset": report["offset"],
        **{name: report[name] for name in names},
        "p": report["p"],
        "is_found": report["is_found"],
    }


def _said(seen: View, report: View) -> View:
    return {
        "experiment": seen["experiment"],
        "channel": seen["channel"],
        "days": report["days"],
        "offset": report["offset"],
        "alarm": report["alarm"],
        "unplanned": report["unplanned"],
        "because": report["because"],
        "arms": [
            {
                "arm": one["arm"],
                "money_per_person": one["money"],
                "money_in_all": one["money_in_all"],
                "rate": one["rate"],
            }
            for one in report["against_control"]
        ],
    }
