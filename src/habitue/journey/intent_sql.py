"""The signs of intentions as expressions over a session's acts."""

from functools import cache

from habitue.journey.intent import (
    BOUGHT,
    INTENTS,
    SURE_BY,
    Intent,
    Sign,
    signs,
)


@cache
def expressions() -> dict[str, str]:
    """Give what the tables of intent.sql leave out, by name."""
    best = f"greatest({', '.join(INTENTS)})"
    # Of equal ones the one further on.
    order = [f"WHEN {one} = best THEN '{one}'" for one in reversed(INTENTS)]
    rest = [
        f"WHEN '{one}' THEN greatest({', '.join(set_without(one))})" for one in INTENTS
    ]
    return {
        # Of each name once: of each act it would take as long as all else together.
        "intent_signs": ", ".join(
            f"name IN ({_names(one.events)}) AS sign_{at}"
            for at, one in enumerate(signs())
        ),
        "intent_points": ", ".join(f"{_points(one)} AS {one}" for one in INTENTS),
        "intent_best": best,
        "intent_of_best": f"CASE WHEN best = 0 THEN '' {' '.join(order)} END",
        "intent_is_sure": f"best - (CASE intent {' '.join(rest)} ELSE best END)"
        f" >= {SURE_BY}",
        "intent_viewed": _names(
            tuple(name for one in signs() if one.different for name in one.events)
        ),
        "intent_bought": str(BOUGHT),
    }


def set_without(intent: Intent) -> list[str]:
    """Name the other intentions, in order.

    >>> set_without(Intent.SEARCH)[0]
    'compare'
    """
    return [one.value for one in INTENTS if one is not intent]


def _points(intent: Intent) -> str:
    parts = [_worth(at, one) for at, one in enumerate(signs()) if one.intent is intent]
    return f"CAST({' + '.join(parts)} AS BIGINT)"


def _worth(at: int, sign: Sign) -> str:
    worth = f"{sign.points} * least(count_if(sign_{at}), {sign.most})"
    if not sign.different:
        return worth
    different = f"coalesce(list_unique(list(product) FILTER (sign_{at})), 0)"
    return f"CASE WHEN {different} >= {sign.different} THEN {worth} ELSE 0 END"


def _names(names: tuple[str, ...]) -> str:
    # Our own words, none of which holds a quote.
    return ", ".join(f"'{one}'" for one in names)
