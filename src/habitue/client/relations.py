"""Reports as relations: what of them is a table, a row each."""

from typing import Any

Row = dict[str, Any]
Rows = list[Row]
_COUNTED = ("purchases", "unknown", "buyers", "new", "returning", "repeat", "loyal")
_ARM = ("people", "buyers", "again", "loyal", "did", "purchases", "rate", "money_minor")
_BOUNDS = ("estimate", "low", "high", "p")


def credits_in(told: Row) -> Rows:
    """Give a row a channel and model of a report of attribution."""
    return [
        {
            "channel": one["channel"],
            "model": model,
            "purchases": given["purchases"],
            "revenue_minor": given["revenue_minor"],
            "share": given["share"],
            "roi": None if given["roi"] is None else float(given["roi"]),
            "cost_minor": one["cost_minor"],
            "currency": told["currency"],
        }
        for one in told["channels"]
        for model, given in one["models"].items()
    ]


def figures_in(told: Row) -> Rows:
    """Give a row a part of key figures and currency: whole, month, channel, store.

    Counts are of the part, whatever the currency; money_purchases are those in it.
    """
    parts = [("whole", "", told["all"])]
    parts += [
        (sort, one[sort], one)
        for sort in ("month", "channel", "store")
        for one in told[f"{sort}s"]
    ]
    return [
        {
            "part": sort,
            "name": name,
            **{key: one[key] for key in _COUNTED},
            **_money(by),
        }
        for sort, name, one in parts
        for by in one["money"] or [None]
    ]


def _money(one: Row | None) -> Row:
    names = ("currency", "amount_minor", "unknown_minor", "average_minor")
    told = {name: None if one is None else one[name] for name in names}
    return {**told, "money_purchases": 0 if one is None else one["purchases"]}


def arms_in(told: Row) -> Rows:
    """Give a row an arm of an experiment; difference: of money a person, in units."""
    beside = {one["arm"]: one["money"] or {} for one in told["against_control"]}
    return [
        {
            "arm": one["arm"],
            "is_control": one["arm"] == told["control"],
            **{name: one[name] for name in _ARM},
            "currency": told["currency"],
            **{
                f"difference_{name}": beside.get(one["arm"], {}).get(name)
                for name in _BOUNDS
            },
        }
        for one in told["arms"]
    ]


def tiers_in(told: Row) -> Rows:
    """Give a row a tier of online influence; because: why it is not known."""
    seen, alike, cause = (told[name] for name in ("observed", "adjusted", "causal"))
    observed = None if seen["ratio"] is None else float(seen["ratio"])
    caused = cause["ratio"] or {}
    return [
        _tier("observed", observed, {}, seen),
        _tier("adjusted", alike["ratio"], alike, alike),
        _tier("causal", caused.get("estimate"), caused, cause),
    ]


def _tier(name: str, ratio: float | None, bounds: Row, told: Row) -> Row:
    found = {one: bounds.get(one) for one in ("low", "high")}
    return {"tier": name, "ratio": ratio, **found, "because": told.get("because")}


def balance_in(told: Row) -> Rows:
    """Give a row a thing known of the people compared: how far apart they are in it."""
    return list(told["adjusted"].get("balance", ()))


def steps_in(told: Row) -> Rows:
    """Give a row a part and step; part: null of all, else what the first one tells."""
    steps = told["steps"]
    ways = [(None, steps["all"])]
    ways += [(one["part"], one["steps"]) for one in steps["parts"]]
    names = ("people", "ways", "of_first", "of_before")
    return [
        {
            "by": steps["by"],
            "part": part,
            "number": number,
            "step": one["name"],
            **{name: one[name] for name in names},
        }
        for part, way in ways
        for number, one in enumerate(way, 1)
    ]


def cohorts_in(told: Row) -> Rows:
    """Give a row a month of first purchases and a month since: who bought in it."""
    names = ("after", "month", "people", "share", "amount_minor")
    return [
        {
            "cohort": cohort["month"],
            "cohort_people": cohort["people"],
            **{name: one[name] for name in names},
            "currency": told["currency"],
        }
        for cohort in told["cohorts"]
        for one in cohort["months"]
    ]


def tenths_in(told: Row) -> Rows:
    """Give a row a tenth of the buyers, 10 those who spent most."""
    names = ("decile", "people", "low_minor", "high_minor", "amount_minor", "share")
    return [
        {**{name: one[name] for name in names}, "currency": told["currency"]}
        for one in told["deciles"]["tenths"]
    ]


def transitions_in(told: Row) -> Rows:
    """Give a row an edge of the network of intentions, loops included."""
    return list(told["transitions"])


def assigned_in(told: Row) -> Rows:
    """Give a row an experiment that people were assigned to."""
    return list(told["experiments"])


def designs_in(told: Row) -> Rows:
    """Give a row a design of a test by region, regions with commas between."""
    return [
        {
            **one,
            "regions": ", ".join(one["regions"]),
            "is_chosen": one == told["chosen"],
        }
        for one in told["options"]
    ]


def geo_days_in(told: Row) -> Rows:
    """Give a row a day: minor units a region, as sold and as would have been."""
    return [{**one, "currency": told["currency"]} for one in told["days_told"]]


def geo_regions_in(told: Row) -> Rows:
    """Give a row a region: what it was there for, its weight, and its lift as one.

    role: tested, neighbour or compared; lift: of one compared, found where nothing was
    done, as a share.
    """
    lifts = {one["region"]: one["lift"] for one in told["placebos"]}
    lifts |= {one["region"]: one["lift"] for one in told["neighbours"]}
    roles = dict.fromkeys(told["regions"], "tested")
    roles |= {one["region"]: "neighbour" for one in told["neighbours"]}
    return [
        {
            "region": name,
            "role": roles.get(name, "compared"),
            "weight": told["weights"].get(name),
            "lift": lifts.get(name),
        }
        for name in told["all_regions"]
    ]
