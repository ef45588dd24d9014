"""A person's identifiers drawn: each a dot on a ring, each line what joins two."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

# Beyond this the ring is a tangle: the list below it tells the rest.
DOTS_MAX = 24
LABEL_MAX = 20
WIDTH, ROW, MARGIN = 440, 36, 26
# What the labels beside the ring take of its width.
SIDE = 145

Drawn = dict[str, Any]


def draw(
    identifiers: Sequence[Mapping[str, Any]], joined: Sequence[Mapping[str, Any]]
) -> Drawn | None:
    """Give dots and lines with their places in pixels; None where nothing joins two.

    joined: as the card lists what joins two, in that order; a line bears the number of
    its place in the list.
    """
    names = list(dict.fromkeys(str(one["name"]) for one in identifiers))
    # What something joins comes first: a device held by a login has no line.
    ends = {end for edge in joined for end in (edge["left"], edge["right"])}
    names.sort(key=lambda name: name not in ends)
    if not ends.intersection(names):
        return None
    shown = names[:DOTS_MAX]
    height = 2 * MARGIN + ROW * max(4, (len(shown) + 1) // 2)
    kinds = {str(one["name"]): one for one in identifiers}
    dots = {
        name: _dot(kinds[name], math.tau * at / len(shown), height)
        for at, name in enumerate(shown)
    }
    lines = [
        _line(number, edge, dots)
        for number, edge in enumerate(joined, 1)
        if edge["left"] in dots and edge["right"] in dots
    ]
    return {
        "width": WIDTH,
        "height": height,
        "dots": list(dots.values()),
        "lines": lines,
        "left_out": len(names) - len(shown),
    }


def _dot(item: Mapping[str, Any], angle: float, height: int) -> Drawn:
    """Place an identifier on the ring; 0 is the top, and on with the clock."""
    across, down = math.sin(angle), -math.cos(angle)
    x = WIDTH / 2 + across * (WIDTH / 2 - SIDE)
    y = height / 2 + down * (height / 2 - MARGIN)
    side = 0 if abs(across) < 0.05 else int(math.copysign(1, across))
    value = str(item["value"])
    return {
        "x": round(x, 1),
        "y": round(y, 1),
        "anchor": ("middle", "start", "end")[side],
        "text_x": round(x + 12 * side, 1),
        "text_y": round(y + (4 if side else math.copysign(14, down) + 4), 1),
        "kind": item["kind"],
        "verified": item["verified"],
        "label": value if len(value) <= LABEL_MAX else value[: LABEL_MAX - 1] + "…",
        "value": value,
    }


def _line(number: int, edge: Mapping[str, Any], dots: Mapping[str, Drawn]) -> Drawn:
    one, other = dots[edge["left"]], dots[edge["right"]]
    # Not quite the middle: lines that cross in the middle would hide their numbers.
    at = 0.42 if number % 2 else 0.58
    return {
        "number": number,
        "grade": edge["grade"],
        "text": f"{edge['text']}; {edge['worth']}",
        "x1": one["x"],
        "y1": one["y"],
        "x2": other["x"],
        "y2": other["y"],
        "x": round(one["x"] + at * (other["x"] - one["x"]), 1),
        "y": round(one["y"] + at * (other["y"] - one["y"]), 1),
    }
