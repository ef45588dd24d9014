"""The queries that count paths say what counting them one by one says."""

from pathlib import Path as File

import pytest
from msgspec import structs

from habitue.journey import reading
from habitue.journey.acts import WINDOW_US, SessionRules, Way
from habitue.journey.attribution import Decayed, credits_of, decayed
from habitue.journey.sessions import sessions_of
from habitue.journey.tally import Path, tally_of
from habitue.journey.ways import ways_of
from tests.journey.test_sessions import acts_of, asked, crowd, purchases
from tests.journey.world import DAY_US, World

RULES = SessionRules()


def walked(world: World) -> tuple[list[Way], list[Path], list[Decayed]]:
    """Give all ways, all paths and all ways with ages, one by one."""
    ways, paths, aged = [], [], []
    bought = purchases(world)
    for person in sorted(world.people):
        sessions = sessions_of(acts_of(world, person), RULES)
        own = bought.get(person, [])
        made = ways_of(sessions, own, WINDOW_US)
        ways += made
        paths += [Path(way.path, 1, way.amount, 0) for way in made]
        last_us = max((one.at_us for one in own), default=None)
        led = [one for one in sessions if one.contact != "pos"]
        lost = [one for one in led if last_us is None or one.since_us > last_us]
        if lost:
            paths.append(Path(tuple(one.channel for one in lost), 0, 0, 1))
        before_us = -1
        for way in made:
            touches = tuple(
                (one.channel, way.at_us - one.since_us)
                for one in led
                if max(way.at_us - WINDOW_US, before_us + 1)
                <= one.since_us
                <= way.at_us
            )
            assert tuple(name for name, _ in touches) == way.path
            aged.append(Decayed(touches, way.amount))
            before_us = way.at_us
    return ways, paths, [one for one in aged if one.touches]


@pytest.mark.parametrize("order", [1, 2, 3])
def test_counted_by_query_and_one_by_one_are_equal(
    tmp_path: File, seed: int, order: int
) -> None:
    world = crowd(seed)
    _, paths, aged = walked(world)
    more = {"order": order, "currency": "EUR", "place": "", "half_life_us": DAY_US}
    question = structs.replace(asked(RULES), more=more)
    told = world.asked(tmp_path)

    rows = told.rows(question, reading.TALLY)

    told.close()
    found, decay = reading.read_tally(order, rows), reading.read_decay(rows)
    assert found == tally_of(paths, order)
    assert decay == {
        name: pytest.approx(one) for name, one in decayed(aged, DAY_US).items()
    }
    revenue = sum(path.value for path in paths)
    for model in reading.MODELS:
        given = credits_of(found, reading.shares_by(model, found, decay))
        assert sum(one.value for one in given.values()) == revenue
