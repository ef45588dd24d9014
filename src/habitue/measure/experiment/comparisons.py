"""Many comparisons at once: which of them still say something."""

from collections.abc import Mapping


def holm(ps: Mapping[str, float]) -> dict[str, float]:
    """Give p values under which not even one of all is likely to be an error.

    For the few that decide (Holm 1979).

    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'c': 0.06, 'b': 0.06}
    """
    found, least = {}, 0.0
    for at, (name, p) in enumerate(_ordered(ps)):
        least = max(least, min(1.0, p * (len(ps) - at)))
        found[name] = least
    return found


def benjamini_hochberg(ps: Mapping[str, float]) -> dict[str, float]:
    """Give p values of which, below a bound, at most that part is likely to be errors.

    For the many that are looked at besides (Benjamini and Hochberg 1995).

    >>> benjamini_hochberg({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'c': 0.04, 'b': 0.04}
    """
    ordered, most = _ordered(ps), 1.0
    found = {}
    for at in range(len(ordered), 0, -1):
        name, p = ordered[at - 1]
        # In this order: the whole of them leaves the largest p as it is, exactly.
        most = min(most, p * (len(ordered) / at))
        found[name] = most
    return dict(reversed(found.items()))


def _ordered(ps: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(ps.items(), key=lambda one: (one[1], one[0]))
