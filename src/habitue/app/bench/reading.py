"""How soon an event is seen, how soon a profile is read, and a cold start."""

import time
from collections.abc import Sequence
from itertools import islice
from typing import Any
from urllib.parse import quote

import msgspec
import numpy as np
from msgspec import Struct

from habitue.app.bench import heavy, load, read_figures, wire
from habitue.app.bench.conditions import conditions
from habitue.app.bench.figure import Figure, Say, less
from habitue.app.bench.folding import SEGMENTS, define
from habitue.app.bench.ground import Ground
from habitue.app.bench.history import history
from habitue.app.bench.read_figures import ASKED_OFTEN, Paced
from habitue.app.bench.servers import FloorServer, Product, Running
from habitue.app.bench.sessions import (
    SHOP,
    Shop,
    card,
    email,
    identify,
    in_batches,
    user,
)
from habitue.app.bench.stages import SEED, arrivals
from habitue.app.projection.fold import Fold
from habitue.app.projection.rebuild import open_fold, save
from habitue.app.projection.storage import Storage, open_storage
from habitue.base.clock import Clock
from habitue.base.settings import Settings
from habitue.collect.pipeline import take

VISIBLE_PER_S, READS_PER_S, CALM_PER_S = 2_000, 1_000, 100
START_BAR_S = 5
CONNECTIONS = 64
# A third of the people is known, as in the sessions.
KNOWN_EVERY = 3
_BUILD_ITEMS = 20_000
_BUILD_S_MAX = 420.0


class Size(Struct, frozen=True, kw_only=True):
    """How many people to build, and how many events of one of them."""

    profiles: int
    heavy_events: int


def measure(
    ground: Ground, clock: Clock, say: Say, *, size: Size, seconds: int
) -> list[Figure]:
    """Build so many profiles, start over them, and measure at a fixed rate."""
    settings = ground.fresh()
    profiles = build(settings, clock.now_us(), size, say)
    say(f"reading: cold start over {profiles:,} profiles")
    began = time.perf_counter()
    with Product(settings) as server:
        server.client().get("/api/v1/people", identifier=_name(0, profiles // 2))
        start_s = time.perf_counter() - began
        rss_mb = server.rss_mb()
        say("reading: profiles by identifier")
        reads = _reads(ground, server, profiles, seconds)
        again = _again(ground, server, profiles, seconds)
        calm = _calm(ground, server, profiles, seconds)
        say("reading: a person larger than others")
        keys = server.keys()
        larger = heavy.measure(ground, server, keys[SHOP], size.heavy_events)
        say("reading: event to visible")
        visible = _visible(ground, server, keys, clock.now_us(), seconds)
    say("reading: the floor")
    began = time.perf_counter()
    with FloorServer(ground.fresh()) as server_below:
        floor_start_s = time.perf_counter() - began
        reads_below = _send(server_below, reads.prepared, READS_PER_S)
        again_below = _send(server_below, again.prepared, READS_PER_S)
        visible_below = _send(server_below, visible.prepared, VISIBLE_PER_S)
    return [
        *read_figures.visible(ground.backend, visible, visible_below, profiles),
        *read_figures.read(ground.backend, reads, reads_below, profiles),
        *read_figures.again(ground.backend, again, again_below),
        *read_figures.calm(ground.backend, calm, profiles),
        *larger,
        less(
            f"{ground.backend}: cold start to the first answer",
            start_s,
            "s",
            floor=floor_start_s,
            bar=START_BAR_S,
            note=f"{profiles:,} profiles; {rss_mb:.0f} MB afterwards",
        ),
    ]


def build(settings: Settings, now_us: int, size: Size, say: Say) -> int:
    """Fill log and state with people, one of them larger than others, as imports do.

    Gives how many there are: on a slow machine the time may not be enough for all.
    """
    storage = open_storage(settings)
    fold = open_fold(storage.truth, storage.state, settings.state.rows_max)
    try:
        define(storage, fold, list(islice(conditions(), SEGMENTS)), now_us)
        say(f"building a person of {size.heavy_events:,} events")
        began = time.perf_counter()
        for batch in in_batches(heavy.items(size.heavy_events, now_us), _BUILD_ITEMS):
            put(storage, fold, batch, now_us)
        took_s = time.perf_counter() - began
        say(f"took {took_s:.0f} s; building {size.profiles:,} profiles")
        made = _people(storage, fold, size.profiles, now_us)
        say("a season of visits and orders")
        # Of those who are there: the pages are read of who bought among them.
        for told in in_batches(history(made, now_us), _BUILD_ITEMS):
            _commit(storage, fold, told, now_us)
        return made
    finally:
        storage.close()


def _people(storage: Storage, fold: Fold, profiles: int, now_us: int) -> int:
    """Build people until there are so many or the time is over; give how many."""
    made = 0
    until = time.perf_counter() + _BUILD_S_MAX
    for batch in in_batches(map(_person, range(profiles)), _BUILD_ITEMS):
        put(storage, fold, batch, now_us)
        made += len(batch)
        if time.perf_counter() >= until:
            break
    return made


def put(
    storage: Storage, fold: Fold, items: Sequence[dict[str, Any]], now_us: int
) -> None:
    """Take items in as the shop's import does: into the log, and into state."""
    _commit(storage, fold, [(SHOP, item) for item in items], now_us)


def _commit(
    storage: Storage,
    fold: Fold,
    told: Sequence[tuple[str, dict[str, Any]]],
    now_us: int,
) -> None:
    """Take items of some sources in, and save what they came to."""
    by = arrivals(now_us)
    entries = [take(msgspec.json.encode(item), by[one]).entry for one, item in told]
    storage.truth.commit(entries, now_us)
    for record in storage.truth.fresh():
        fold.apply(record)
    save(fold, storage.state)


def _person(number: int) -> dict[str, Any]:
    """Give what makes one known by four names, or a stranger known by a device."""
    message_id = f"p{number}"
    if number % KNOWN_EVERY == 0:
        return {**identify(number), "messageId": message_id}
    return {"type": "page", "messageId": message_id, "anonymousId": f"device-{number}"}


# -- at a rate ------------------------------------------------------------------


def _send(server: Running, prepared: wire.Prepared, rate_per_s: int) -> Paced:
    plan = load.Plan(
        port=server.port,
        path=str(prepared.path),
        connections=CONNECTIONS,
        rate_per_s=rate_per_s,
    )
    cpu_s = server.cpu_s()
    report = load.send(prepared, plan)
    cpu_us = (server.cpu_s() - cpu_s) / prepared.requests * 1e6
    return Paced(prepared=prepared, rate_per_s=rate_per_s, report=report, cpu_us=cpu_us)


def _reads(ground: Ground, server: Product, profiles: int, seconds: int) -> Paced:
    chance = np.random.default_rng(SEED)
    numbers = chance.integers(0, profiles, READS_PER_S * seconds).tolist()
    names = (_name(at, number) for at, number in enumerate(numbers))
    prepared = wire.write(
        ground.folder / "reads.req",
        ((wire.get(_find(name), server.token), 1) for name in names),
    )
    return _send(server, prepared, READS_PER_S)


def _calm(ground: Ground, server: Product, profiles: int, seconds: int) -> Paced:
    """Read people at the rate of a shop's day, each once."""
    chance = np.random.default_rng(SEED + 1)
    numbers = chance.integers(0, profiles, CALM_PER_S * seconds).tolist()
    names = (_name(at, number) for at, number in enumerate(numbers))
    prepared = wire.write(
        ground.folder / "calm.req",
        ((wire.get(_find(name), server.token), 1) for name in names),
    )
    return _send(server, prepared, CALM_PER_S)


def _again(ground: Ground, server: Product, profiles: int, seconds: int) -> Paced:
    """Read a few people over and over, as a shop's own pages and agents do."""
    chance = np.random.default_rng(SEED)
    few = chance.integers(0, profiles, ASKED_OFTEN)
    numbers = few[chance.integers(0, ASKED_OFTEN, READS_PER_S * seconds)].tolist()
    prepared = wire.write(
        ground.folder / "again.req",
        ((wire.get(_find(_name(0, number)), server.token), 1) for number in numbers),
    )
    return _send(server, prepared, READS_PER_S)


def _name(at: int, number: int) -> str:
    """Give one of a person's names, each kind in its turn."""
    if number % KNOWN_EVERY:
        return f"anonymous_id:device-{number}"
    names = (
        f"user_id:{user(number)}",
        f"email:{email(number)}",
        f"loyalty_card:{card(number)}",
        f"customer_id:{700_000 + number}",
    )
    return names[at % len(names)]


def _find(name: str) -> str:
    return f"/api/v1/people?identifier={quote(name)}"


def _visible(
    ground: Ground, server: Product, keys: dict[str, str], now_us: int, seconds: int
) -> Paced:
    items = VISIBLE_PER_S * seconds
    shop = Shop(SEED, customers=max(100, items // 30), now_us=now_us)
    prepared = wire.write(
        ground.folder / "visible.req",
        wire.singles(shop.stream(items), keys, wire.APPLIED),
    )
    return _send(server, prepared, VISIBLE_PER_S)
