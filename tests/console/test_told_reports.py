"""What reports say where there is nothing to say a share of."""

import re
from typing import Any

import pytest

from habitue.console.figures import Place
from habitue.console.journeys.shown import ropo, ways
from habitue.console.look import Look, Visitor
from habitue.console.render import render

LOOK = Look(visitor=Visitor("anna", "administrator", "key"))
WISHED = {"window_days": None, "paths": 20, "after_days": 90, "currency": "", "by": ""}
FRAME: dict[str, Any] = {"since": "", "until": "", "wished": WISHED}
A_DASH = re.compile(r"(^|\s)–(\s|$|\.)")


def told(template: str, screen: str, shown: dict[str, Any]) -> str:
    """Give the sentences of a page, without its tables."""
    place = Place(there=True)
    page = render(template, LOOK, screen=screen, worked=place, **FRAME, **shown)
    return " ".join(
        re.sub(r"<[^>]*>", " ", one)
        for one in re.findall(r"<p[ >].*?</p>", page, re.DOTALL)
    )


def side(yes: int, no: int, unknown: int) -> dict[str, Any]:
    known, whole = yes + no, yes + no + unknown
    shares = {
        "share_known": yes / known if known else None,
        "low": yes / whole if whole else None,
        "high": (yes + unknown) / whole if whole else None,
    }
    counts = {"yes": yes, "no": no, "unknown": unknown}
    return {"purchases": {**counts, **shares, "cells": {}}, "by_month": []}


def researched(one: dict[str, Any]) -> str:
    other = {**side(0, 0, 0), "tried_by_store": [], "tried_by_region": []}
    return told(
        "journeys/ropo.html", "ropo", ropo({"ropo": one, "showrooming": other}, LOOK)
    )


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ((1, 3, 4), "Of those whose buyers are known it is 25"),
        ((0, 0, 4), "between 0"),
        ((0, 0, 0), "Nothing was bought in stores in these days."),
    ],
)
def test_no_sentence_has_a_dash_for_a_share(
    counts: tuple[int, int, int], says: str
) -> None:
    said = researched(side(*counts))

    assert says in said
    assert not A_DASH.search(said)


@pytest.mark.parametrize(
    ("over", "says"),
    [(0, "are over for none of these purchases yet"), (4, "there was none")],
)
def test_what_came_after_is_said_once_the_days_are_over(over: int, says: str) -> None:
    share = 0.5 if over else None
    online = {"place": "online", "purchases": 2, "share": share, "median_days": 4}
    after = {
        "place": "online",
        "over": over,
        "open": 1,
        "next": [online],
        "none": 2,
        "none_share": share,
    }
    view = {"paths": [], "places": [], "currency": "EUR", "after_days": 90}

    said = told(
        "journeys/ways.html",
        "ways",
        ways({**view, "after": [after], "first_contact": []}, LOOK),
    )

    assert says in said
    assert not A_DASH.search(said)
