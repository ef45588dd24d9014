"""What people had in mind: intentions, where they went from each, where they ended."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from habitue.app.insights.cell_view import cell_of
from habitue.app.insights.figures import share_of
from habitue.journey.intent import INTENTS, Intent, side_of, signs
from habitue.journey.intent_learned import Agreement, Bag, agreement_of

View = dict[str, Any]
Row = dict[str, Any]
# The last of a way to a purchase; what is done with it comes after.
_REACHED = INTENTS[:-1]
# Categories that are told apart, of which most ways were gone.
CATEGORIES_MAX = 50


def intent_report(table: Any, told: View) -> View:
    """Make the report of the rows of `intent_all`."""
    rows = table.to_pylist()
    moves, known = _of(rows, "move"), _of(rows, "known")
    return {
        **_sessions(known),
        "intents": [
            _intent(one, rows) | {"cell": cell_of(told, "intent", intent=one.value)}
            for one in INTENTS
        ],
        "transitions": _transitions(moves),
        "between": _between(moves),
        "reached": _reached(_of(rows, "reach"), told),
        "alone": _alone(rows),
        "learned": _learned(agreement_of(map(_bag, _of(rows, "bag")))),
        "signs": [_sign(one) for one in signs()],
    }


def _of(rows: Iterable[Row], sort: str) -> list[Row]:
    return [row for row in rows if row["sort"] == sort]


def _sessions(known: list[Row]) -> View:
    whole = sum(row["sessions"] for row in known)
    told = sum(row["sessions"] for row in known if row["intent"])
    return {
        "sessions": whole,
        "unknown": whole - told,
        "known_share": share_of(told, whole),
    }


def _intent(intent: Intent, rows: list[Row]) -> View:
    mine = [row for row in _of(rows, "known") if row["intent"] == intent]
    moves = [row for row in _of(rows, "move") if row["intent"] == intent]
    people = [row for row in _of(rows, "people") if row["intent"] == intent]
    steps = sum(row["count"] for row in moves)
    ended = [row for row in moves if row["next"] is None]
    still = sum(row["count"] for row in ended if row["is_open"])
    gone = sum(row["count"] for row in ended if not row["is_open"])
    channels: Counter[str] = Counter()
    for row in mine:
        channels[side_of(row["contact"])] += row["sessions"]
    return {
        "intent": intent.value,
        "sessions": sum(row["sessions"] for row in mine),
        "sure": sum(row["sessions"] for row in mine if row["is_sure"]),
        # Sessions, and purchases that were made in none.
        "steps": steps,
        "people": sum(row["people"] for row in people),
        "channels": dict(sorted(channels.items())),
        "ended": gone,
        "open": still,
        "ended_share": share_of(gone, steps - still),
    }


def _transitions(moves: list[Row]) -> list[View]:
    """Give the edges of the network; share: of the steps that are over."""
    counts: Counter[tuple[Intent, Intent]] = Counter()
    changed: Counter[tuple[Intent, Intent]] = Counter()
    over: Counter[Intent] = Counter()
    for row in moves:
        left = Intent(row["intent"])
        over[left] += 0 if row["is_open"] else row["count"]
        if row["next"] is not None:
            edge = left, Intent(row["next"])
            counts[edge] += row["count"]
            changed[edge] += row["count"] if row["side"] != row["next_side"] else 0
    edges = [(left, right) for left in INTENTS for right in INTENTS]
    return [
        {
            "from": left.value,
            "to": right.value,
            "count": counts[left, right],
            "share": share_of(counts[left, right], over[left]),
            "changed_channel": changed[left, right],
        }
        for left, right in edges
        if counts[left, right]
    ]


def _between(moves: list[Row]) -> list[View]:
    """Say of each intention in each channel where people went on, or ended."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in moves:
        groups.setdefault((row["intent"], row["side"]), []).append(row)
    made = []
    for (intent, side), told in groups.items():
        on: Counter[str] = Counter()
        for row in told:
            if row["next_side"] is not None:
                on[row["next_side"]] += row["count"]
        over = [row for row in told if not row["is_open"]]
        ended = sum(row["count"] for row in over if row["next"] is None)
        whole = sum(row["count"] for row in over)
        made.append(
            {
                "intent": intent,
                "channel": side,
                "steps": sum(row["count"] for row in told),
                "went_on": dict(sorted(on.items(), key=lambda one: (-one[1], one[0]))),
                "ended": ended,
                "ended_share": share_of(ended, whole),
            }
        )
    return sorted(
        made,
        key=lambda one: (INTENTS.index(one["intent"]), -one["steps"], one["channel"]),
    )


def _reached(rows: list[Row], told: View) -> list[View]:
    """Say how many people came at least as far as each intention on a way to buying."""
    counts = {row["reach"]: row["people"] for row in rows}
    first = sum(n for reach, n in counts.items() if reach)
    found = []
    for at, intent in enumerate(_REACHED, 1):
        people = sum(n for reach, n in counts.items() if reach >= at)
        found.append(
            {
                "intent": intent.value,
                "people": people,
                "share": share_of(people, first),
                "cell": cell_of(told, "as_far", intent=intent.value),
            }
        )
    return found


def _alone(rows: list[Row]) -> View:
    """Say how much of the ways was walked before anybody of the shop was spoken to."""
    tenths = sorted(_of(rows, "alone"), key=lambda row: row["tenth"])
    alone = sum(row["alone"] for row in tenths)
    touches = sum(row["touches"] for row in tenths)
    return {
        "ways": sum(row["ways"] for row in tenths),
        "touches": touches,
        "alone": alone,
        "share": share_of(alone, touches),
        "by_tenth": _by_tenth(tenths),
        "by_category": by_category_of(_of(rows, "category")),
    }


def _by_tenth(tenths: list[Row]) -> list[View]:
    return [{"from": row["tenth"] / 10, "ways": row["ways"]} for row in tenths]


def by_category_of(rows: list[Row]) -> list[View]:
    """Say of each category how much of its ways was walked alone, by tenths."""
    groups: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda one: one["tenth"]):
        groups.setdefault(row["category"], []).append(row)

    def added(name: str, what: str) -> int:
        return sum(row[what] for row in groups[name])

    most = sorted(groups, key=lambda name: (-added(name, "ways"), name))
    return [
        {
            "category": name,
            "ways": added(name, "ways"),
            "share": share_of(added(name, "alone"), added(name, "touches")),
            "by_tenth": _by_tenth(groups[name]),
        }
        for name in most[:CATEGORIES_MAX]
    ]


def _bag(row: Row) -> Bag:
    intent = Intent(row["intent"]) if row["intent"] else None
    return Bag(
        tuple(row["names"]),
        row["contact"],
        intent,
        row["is_sure"],
        row["fold"],
        row["sessions"],
    )


def _learned(told: Agreement) -> View:
    def name(one: Intent | None) -> str | None:
        return None if one is None else one.value

    pairs = sorted(
        told.pairs.items(), key=lambda one: tuple(str(name(part)) for part in one[0])
    )
    return {
        "trained": {one.value: told.trained.get(one, 0) for one in INTENTS},
        "agreement": None if told.share is None else round(told.share, 4),
        "pairs": [
            {"rules": name(left), "learned": name(right), "sessions": n}
            for (left, right), n in pairs
        ],
    }


def _sign(one: Any) -> View:
    return {
        "intent": one.intent.value,
        "points": one.points,
        "most": one.most,
        "events": list(one.events),
        "different": one.different or None,
        "because": one.because,
    }
