"""From links to suggestions: pairs within groups that a join could make."""

from collections.abc import Mapping

from habitue.app.duplicates.clustering import Tuning, cluster
from habitue.app.duplicates.comparing import words_of
from habitue.app.duplicates.crowd import Crowd
from habitue.app.duplicates.linking import Linked, link
from habitue.app.duplicates.order import Answer, Wanted
from habitue.model.duplicate import Suggestion

# Weights are kept in tenths of a bit.
TENTHS = 10
TUNING = Tuning()


def find(crowd: Crowd, wanted: Wanted) -> Answer:
    """Find the likeliest pairs, most likely first, each within a group that may be."""
    linked = link(crowd, TUNING.least, wanted.memory_mb)
    groups = _groups(linked, crowd, wanted.limits)
    pairs = sorted(
        _pairs(linked, crowd, groups, wanted.least),
        key=lambda pair: (-pair.weight, pair.left, pair.right),
    )
    return Answer(
        pairs=tuple(pairs[: wanted.pairs_max]),
        people=len(crowd),
        compared=len(linked.links),
        more=max(0, len(pairs) - wanted.pairs_max),
        trained=linked.trained,
    )


def _groups(linked: Linked, crowd: Crowd, limits: Mapping[str, int]) -> dict[int, int]:
    """Give by place the least person id of the group somebody is in."""
    members = {at for told in linked.links for at in told[:2]}
    bounds = {at: crowd.bounds(at) for at in members}
    return {
        at: min(map(crowd.person_id, group))
        for group in cluster(linked.links, bounds, limits, TUNING)
        for at in group
    }


def _pairs(
    linked: Linked, crowd: Crowd, groups: dict[int, int], least: float
) -> list[Suggestion]:
    made = []
    for told, levels in zip(linked.links, linked.levels, strict=True):
        group = groups.get(told.left)
        if told.weight < least or group is None or group != groups.get(told.right):
            continue
        left, right = sorted(map(crowd.person_id, told[:2]))
        agree = words_of(linked.fields, levels)
        weight = round(told.weight * TENTHS)
        made.append(Suggestion(left, right, weight, agree, group))
    return made
