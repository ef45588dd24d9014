"""Today by store: shares of what was bought, and what is not known stays so."""

from habitue.console.look import Look
from habitue.console.today.places import shown


def report(stores: list[dict], looked: int = 0) -> dict:
    whole = {
        name: sum(one[name] for one in stores) for name in ("purchases", "unknown")
    }
    step = {"people": looked, "cell": {"what": "step"}}
    return {"all": whole, "stores": stores, "steps": {"all": [step]}}


def store(name: str, purchases: int, unknown: int) -> dict:
    return {
        "store": name,
        "purchases": purchases,
        "unknown": unknown,
        "buyers": purchases - unknown,
        "cells": {"buyers": {"what": "buyers", "store": name}},
    }


def test_a_store_stands_beside_itself_a_week_ago() -> None:
    now, before = report([store("K1", 4, 1)], 7), report([store("K1", 9, 0)], 3)

    found = shown(now, before, Look())

    (line,) = found["stores"]
    assert (line["purchases"], line["before"], line["known"]) == ("4", "9", "75\u00a0%")
    assert line["link"].startswith("/console/kpis/people?cell=")
    assert (found["looked"], found["looked_before"], found["known"]) == (
        *(7, "3"),
        "75\u00a0%",
    )


def test_where_nothing_was_bought_there_is_no_share_and_nobody_to_look_at() -> None:
    found = shown(report([store("K1", 2, 2)]), report([]), Look())
    nothing = shown(report([]), report([]), Look())

    assert (found["stores"][0]["known"], found["stores"][0]["link"]) == ("0\u00a0%", "")
    assert (nothing["known"], nothing["looked_link"]) == ("–", "")
