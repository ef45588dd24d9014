"""The queries for sessions and ways say of everybody what their meaning says."""

import json
from pathlib import Path
from random import Random

import pytest

from habitue.journey.acts import (
    WINDOW_US,
    Act,
    Purchase,
    SessionRules,
    is_act,
)
from habitue.journey.asking import Asked
from habitue.journey.sessions import sessions_of
from habitue.journey.ways import alone_share, compressed, ways_of
from habitue.lake.rows import EventRow
from habitue.measure.channels import channel_of_touch, default_rules
from habitue.measure.channels_sql import channel_sql
from habitue.measure.touch import Touch
from habitue.segment.compile_comparison import Bound
from tests.journey.world import DAY_US, END_US, HOUR_US, MINUTE_US, START_US, World

CAME = (
    None,
    "{}",
    '{"path":"/tea"}',
    '{"referrer":"google.pl","path":"/"}',
    '{"source":"newsletter","medium":"email","campaign":"spring"}',
    '{"source":"newsletter","medium":"email","campaign":"summer"}',
    '{"source":"x","medium":"cpc","params":["gclid","a"]}',
    '{"path":"/qr/12"}',
    '{"source":"…","medium":"odd"}',
)
CONTACTS = ("web", "web", "web", "app", "store", "call", "chat", "pos", "email")
NAMES = ("Product Viewed", "Cart Viewed", "Staff Assisted", "Email Sent", "Form")
PAUSES_US = (
    *(0, 1, MINUTE_US, 5 * MINUTE_US, 30 * MINUTE_US, 30 * MINUTE_US + 1),
    *(HOUR_US, 7 * HOUR_US, DAY_US, 20 * DAY_US),
)
RULES = (
    SessionRules(),
    SessionRules(on_campaign=False),
    SessionRules(at_midnight=True, zone="Asia/Almaty"),
    SessionRules(idle_us=5 * MINUTE_US, at_midnight=True, zone="America/New_York"),
)


def crowd(seed: int | str, people: int = 40) -> World:
    """Make people whose acts lie close together, at ends of days and of pauses."""
    chance, world = Random(seed), World()
    for person in range(1, people + 1):
        at_us = START_US + chance.randrange(20) * DAY_US
        for _ in range(chance.randrange(1, 30)):
            at_us += chance.choice(PAUSES_US)
            contact = chance.choice(CONTACTS)
            store = chance.choice((None, "s1", "s2"))
            if chance.random() < 0.15:
                shop = store if contact == "pos" else None
                # Told again, with another amount, now and then.
                again = chance.choice(("", f"o/shop/{chance.randrange(60)}"))
                world.buy(
                    person,
                    at_us,
                    chance.randrange(1, 9_000),
                    store=shop,
                    name="" if shop else again,
                )
                continue
            world.add(
                person,
                at_us,
                chance.choice(NAMES),
                contact,
                type=chance.choice(("track", "page", "identify")),
                store=store,
                came=chance.choice(CAME) if contact in {"web", "app"} else None,
                device=chance.choice((None, "mobile", "desktop")),
            )
    return world


def act_of(row: EventRow) -> Act:
    way = campaign = ""
    if row.came is not None:
        told = json.loads(row.came)
        touch = Touch(**{**told, "params": tuple(told.get("params", ()))})
        way, _ = channel_of_touch(default_rules(), touch)
        campaign = touch.campaign
    return Act(
        row.happened_at,
        row.log_offset,
        row.channel,
        row.store or "",
        way,
        campaign,
        row.device or "",
        row.name,
    )


def acts_of(world: World, person: int) -> list[Act]:
    return [
        act_of(row)
        for row in world.events
        if row.strand == person and is_act(row.type, row.name, row.channel)
    ]


def purchases(world: World) -> dict[int, list[Purchase]]:
    """Give each purchase once, its person's, as the latest report has it."""
    reports: dict[str, list[EventRow]] = {}
    for row in world.events:
        if row.object is not None:
            reports.setdefault(row.object, []).append(row)
    found: dict[int, list[Purchase]] = {}
    for name, told in reports.items():
        ordered = sorted(told, key=lambda row: (row.happened_at, row.log_offset))
        first, last = ordered[0], ordered[-1]
        store = name.startswith("r/") or first.channel in {"pos", "store"}
        bought = Purchase(
            name,
            first.happened_at,
            "store" if store else "online",
            last.amount_minor,
            "EUR",
        )
        found.setdefault(last.strand, []).append(bought)
    return found


def asked(rules: SessionRules, window_us: int = WINDOW_US) -> Asked:
    bound = Bound()
    return Asked(
        since_us=START_US,
        until_us=END_US,
        rules=rules,
        window_us=window_us,
        channel=channel_sql(default_rules(), bound),
        values=bound.values,
    )


SESSION = (
    'since_us, until_us, log_offset AS "offset", contact, store, channel, campaign,'
    " device, acts, spoken"
)


@pytest.mark.parametrize("rules", RULES)
def test_the_query_for_sessions_says_what_they_mean(
    tmp_path: Path, seed: int, rules: SessionRules
) -> None:
    world = crowd(seed)
    told = world.asked(tmp_path)

    found = told.rows(
        asked(rules),
        f"SELECT person_id, {SESSION} FROM touch ORDER BY person_id, since_us, 4",
    )

    told.close()
    assert [tuple(row.values()) for row in found] == [
        (person, *session)
        for person in sorted(world.people)
        for session in sessions_of(acts_of(world, person), rules)
    ]


@pytest.mark.parametrize("window_us", [WINDOW_US, 2 * HOUR_US])
def test_the_query_for_ways_says_what_they_mean(
    tmp_path: Path, seed: int, window_us: int
) -> None:
    world, rules = crowd(seed + 1), SessionRules(zone="Asia/Almaty")
    bought = purchases(world)
    meant = [
        (person, *way._replace(path=list(way.path)))
        for person in sorted(world.people)
        for way in ways_of(
            sessions_of(acts_of(world, person), rules),
            bought.get(person, ()),
            window_us,
            rules.zone,
        )
    ]
    told = world.asked(tmp_path)

    found = told.rows(
        asked(rules, window_us),
        "SELECT * EXCLUDE (met) FROM journey ORDER BY person_id, at_us, object",
    )

    told.close()
    assert meant
    assert [tuple(row.values()) for row in found] == meant


def test_rules_for_channels_as_sql_say_what_they_mean(
    tmp_path: Path, seed: int
) -> None:
    chance, world = Random(seed), World()
    words = ("", "google.co.uk", "m.ceneo.pl", "ceneo.pl.evil", "newsletter7", "cpc")
    words += ("email", "vk", "ok", "x.com", "brand-ads", "t.co", "mygoogle.com", "a'b")
    paths = ("", "/", "/qr/1", "/qr", "/tea")
    params = ("gclid", "utm_source", "qr", "fbclid", "a")
    touches = [
        Touch(
            *(chance.choice(words) for _ in range(4)),
            path=chance.choice(paths),
            params=tuple(chance.sample(params, chance.randrange(3))),
        )
        for _ in range(1_000)
    ]
    for touch in touches:
        came = {
            name: getattr(touch, name)
            for name in touch.__struct_fields__
            if getattr(touch, name)
        }
        world.add(1, START_US, "Page", came=json.dumps(came))
    told = world.asked(tmp_path)

    found = told.rows(
        asked(RULES[0]),
        "SELECT log_offset, way.channel FROM events JOIN way USING (came) ORDER BY 1",
    )

    told.close()
    assert [row["channel"] for row in found] == [
        channel_of_touch(default_rules(), touch)[0] for touch in touches
    ]


def test_a_planted_share_walked_alone_is_given_back() -> None:
    """Nine touchpoints without and one with somebody of the shop, then the purchase."""
    ways = []
    for person in range(50):
        acts = [
            Act(START_US + at * DAY_US, person * 20 + at, "web", way="organic_search")
            for at in range(9)
        ]
        acts.append(Act(START_US + 9 * DAY_US, person * 20 + 9, "call"))
        bought = Purchase(f"o/{person}", START_US + 10 * DAY_US, "online", 100, "EUR")
        ways += ways_of(sessions_of(acts, SessionRules()), [bought], WINDOW_US)

    assert alone_share(ways) == (450, 500)
    assert compressed(ways[0].path) == (("organic_search", 9), ("call", 1))


def test_what_is_identified_late_is_of_the_way_like_the_rest(tmp_path: Path) -> None:
    """What a device did before its owner was known is another strand of hers."""
    world = World()
    world.add(7, START_US, "Product Viewed", came=CAME[4])
    world.buy(1, START_US + HOUR_US, 500)
    world.holders[7] = 1
    told = world.asked(tmp_path)

    found = told.rows(asked(RULES[0]), "SELECT person_id, path, touches FROM journey")

    told.close()
    assert found == [{"person_id": 1, "path": ["email"], "touches": 1}]


def test_who_comes_back_later_by_the_same_campaign_begins_anew(tmp_path: Path) -> None:
    """After a pause the campaign of before it is forgotten: so the channels' report."""
    world, rules = World(), SessionRules()
    letter = CAME[4]
    for at_us, came in ((0, letter), (HOUR_US, None), (HOUR_US + 1, letter)):
        world.add(1, START_US + at_us, "Product Viewed", came=came)
    told = world.asked(tmp_path)

    found = told.rows(asked(rules), "SELECT channel FROM touch ORDER BY since_us")

    told.close()
    assert [row["channel"] for row in found] == ["email", "direct", "email"]
    assert len(sessions_of(acts_of(world, 1), rules)) == 3
