"""Attribution: the credit of each channel by each model, beside what it cost."""

from typing import Any

from habitue.app.insights.figures import money, part, share_of
from habitue.journey.attribution import NOBODYS, Credit, credits_of
from habitue.journey.reading import MODELS, read_decay, read_tally, shares_by
from habitue.journey.tally import Tally
from habitue.measure.channel_report import roi

View = dict[str, Any]


def credit_report(table: Any, told: View) -> View:
    """Make the report of the rows of `tally`; told: currency, order, place, costs."""
    rows = table.to_pylist()
    tally = read_tally(told["order"], rows)
    decay = read_decay(rows)
    found = {
        model: credits_of(tally, shares_by(model, tally, decay)) for model in MODELS
    }
    purchases, revenue = tally.all
    return {
        "currency": told["currency"],
        "place": told["place"] or None,
        "markov_order": told["order"],
        "purchases": purchases,
        "revenue": money(revenue, told["currency"]),
        "revenue_minor": revenue,
        "untouched": tally.untouched.conversions,
        "unknown": tally.unknown.conversions,
        "lost": _lost(tally),
        "channels": [_channel(name, found, told) for name in _names(found, told)],
    }


def _lost(tally: Tally) -> int:
    """Count the paths that ended nowhere."""
    return sum(count for (_, end), count in tally.steps.items() if end == ">lost")


def _names(found: dict[str, dict[str, Credit]], told: View) -> list[str]:
    """Name channels by their credit in the linear model; what is no channel behind.

    What cost something and brought nothing is named, too: its return is -1.
    """
    names = {name for given in found.values() for name in given} | told["costs"].keys()
    linear, nothing = found["linear"], Credit(0.0, 0)
    return sorted(
        names,
        key=lambda one: (one in NOBODYS, -linear.get(one, nothing).value, one),
    )


def _channel(name: str, found: dict[str, dict[str, Credit]], told: View) -> View:
    currency, cost = told["currency"], told["costs"].get(name, 0)
    models = {}
    for model, credits_given in found.items():
        given = credits_given.get(name, Credit(0.0, 0))
        whole = sum(one.value for one in credits_given.values())
        models[model] = {
            "purchases": part(given.conversions),
            "revenue": money(given.value, currency),
            "revenue_minor": given.value,
            "share": share_of(given.value, whole),
            "roi": roi(given.value, cost),
        }
    return {
        "channel": name,
        "cost": money(cost, currency),
        "cost_minor": cost,
        "models": models,
    }
