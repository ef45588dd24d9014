"""From the views of reports to what the screens show."""

from typing import Any

from habitue.console.cells import link
from habitue.console.channel_names import channel_named, channel_titled
from habitue.console.journeys.after import after
from habitue.console.journeys.arms import said_by_controls
from habitue.console.journeys.cause import led_by, region_test
from habitue.console.journeys.charts import months_chart, ways_chart
from habitue.console.journeys.numbers import percent, plain
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.text import visible

MODELS = ("first", "last", "linear", "position", "time_decay", "markov", "shapley")
_NAMES = {
    "first": later("First touch"),
    "last": later("Last touch"),
    "linear": later("Linear"),
    "position": later("By position"),
    "time_decay": later("Time decay"),
    "markov": later("Markov chain"),
    "shapley": later("Shapley value"),
}
_PLACES = {"online": later("online"), "store": later("in a store")}
_NOBODYS = {
    "no_touch": later("no touchpoint known"),
    "unknown_buyer": later("buyer not known"),
}
# What shares of purchases are told by, beside the month.
_GROUPS = (
    *(("category", "categories"), ("brand", "brands"), ("product", "products")),
    *(("store", "stores"), ("region", "regions")),
)
_ANSWERS = {"yes": later("Yes"), "no": later("No"), "unknown": later("Not known")}
_KNOWN = {
    "money_before": later("money spent in stores before"),
    "receipts_before": later("receipts before"),
    "orders_before": later("orders before"),
}


def ways(view: View, look: Look) -> dict[str, Any]:
    """Show how people came to buy."""
    known = (one for one in view["paths"] if one["channels"])
    top: View = next(known, {"channels": [], "purchases": 0})
    return {
        "chart": ways_chart(view, look),
        "top": {
            "path": _way(top, look),
            "purchases": look.number(top["purchases"]),
        },
        "places": [_place(one, look) for one in view["places"]],
        "paths": [
            {
                "steps": [channel_named(name, look) for name in one["channels"]],
                "purchases": look.number(one["purchases"]),
                "link": link(one["cell"]),
                "amount": look.money(one["amount_minor"], view["currency"]),
            }
            for one in view["paths"]
        ],
        **after(view, look),
    }


def _way(one: View, look: Look) -> str:
    return " → ".join(channel_named(name, look) for name in one["channels"])


def _place(one: View, look: Look) -> dict[str, Any]:
    name = _PLACES[one["place"]]
    return {
        "place": look.say(name),
        "purchases": look.number(one["purchases"]),
        "with_touches": look.number(one["with_touches"]),
        "alone": percent(one["alone_share"], look),
        "days": "–" if one["median_days"] is None else look.number(one["median_days"]),
    }


def ropo(view: View, look: Look) -> dict[str, Any]:
    """Show what was researched on one side and bought on the other."""
    return {
        name: {
            "chart": months_chart(view[name]["by_month"], _ANSWERS, look),
            "all": _shares(view[name]["purchases"], look),
            "months": [
                {"name": look.month(one["month"]), **_group(one, look)}
                for one in view[name]["by_month"]
            ],
            **{
                many: [
                    {"name": visible(row[one]), **_group(row, look)}
                    for row in view[name].get(f"by_{one}", ())
                ]
                for one, many in _GROUPS
            },
        }
        for name in ("ropo", "showrooming")
    } | {
        f"tried_{many}": [
            _tried(row, row[one], look)
            for row in view["showrooming"][f"tried_by_{one}"]
        ]
        for one, many in (("store", "stores"), ("region", "regions"))
    }


def _tried(row: View, name: str, look: Look) -> dict[str, Any]:
    return {
        "name": visible(name),
        "purchases": look.number(row["purchases"]),
        "link": link(row["cells"].get("yes")),
        "share": percent(row["share"], look),
        "money": [
            look.money(one["yes_minor"], one["currency"]) for one in row["money"]
        ],
    }


def _shares(one: View, look: Look) -> dict[str, Any]:
    return {
        "links": {
            # Nobody stands behind what nothing tells the group of.
            name: link(one["cells"].get(name)) if one[name] else ""
            for name in _ANSWERS
        },
        **{name: look.number(one[name]) for name in ("yes", "no", "unknown")},
        **{name: percent(one[name], look) for name in ("share_known", "low", "high")},
        "is_any": bool(one["yes"] or one["no"] or one["unknown"]),
        "is_known": one["share_known"] is not None,
    }


def _group(one: View, look: Look) -> dict[str, Any]:
    """Show shares of purchases, and the money of those that are tied."""
    money = [
        look.money(each["yes_minor"], each["currency"])
        for each in one["money"]
        if each["yes_minor"]
    ]
    return {**_shares(one, look), "money": money or ["–"]}


def credit(view: View, look: Look) -> dict[str, Any]:
    """Show what was handed out to channels."""
    currency = view["currency"]
    return {
        "revenue": look.money(view["revenue_minor"], currency),
        "models": [look.say(_NAMES[model]) for model in MODELS],
        "channels": [
            {
                "channel": _channel(one["channel"], look),
                "cost": look.money(one["cost_minor"], currency)
                if one["cost_minor"]
                else "–",
                "credits": [
                    _given(one["models"][model], currency, look) for model in MODELS
                ],
            }
            for one in view["channels"]
        ],
        **said_by_controls(view, look),
        "region_test": region_test(view["region_test"], currency, look),
    }


def _given(model: View, currency: str, look: Look) -> dict[str, str]:
    """Show what a model gives a channel, and the return where it cost something."""
    return {
        "money": look.money(model["revenue_minor"], currency),
        "roi": "" if model["roi"] is None else percent(float(model["roi"]), look),
    }


def _channel(name: str, look: Look) -> str:
    return look.say(_NOBODYS[name]) if name in _NOBODYS else channel_titled(name, look)


def influence(view: View, look: Look) -> dict[str, Any]:
    """Show what followed a unit spent online, in three tiers."""
    alike, cause = view["adjusted"], view["causal"]
    ratio = cause["ratio"] or {}
    return {
        "days": view["days"],
        "observed": view["observed"]["ratio"] or look.say("Not known"),
        "observed_because": _because(view["observed"], look),
        "orders": look.number(view["observed"]["orders"]),
        "adjusted": plain(alike["ratio"], look),
        "adjusted_because": _because(alike, look),
        "adjusted_bounds": _bounds(alike, look),
        "causal": plain(ratio.get("estimate"), look),
        "causal_bounds": _bounds(ratio, look),
        "causal_by": led_by(cause, look),
        "balance": [
            {
                "known": _known(one, look),
                "before": plain(one["before"], look),
                "after": plain(one["after"], look),
            }
            for one in alike.get("balance", ())
        ],
    }


def _because(tier: View, look: Look) -> str:
    because = tier.get("because")
    return look.say(because) if because else ""


def _known(one: View, look: Look) -> str:
    name = _KNOWN[one["known"]]
    return look.say(name)


def _bounds(told: View, look: Look) -> str:
    if told.get("low") is None or told.get("high") is None:
        return "–"
    return f"{plain(told['low'], look)} … {plain(told['high'], look)}"
