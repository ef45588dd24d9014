"""Purchases are noted once while they stand, and found as if all were looked at."""

import os
import random
from typing import Any

import pytest
from msgspec import structs

from habitue.segment import bought
from habitue.segment.bought import Bought
from habitue.segment.condition import Count, Did
from habitue.segment.facts import OBJECTS, PURCHASE, Done, Facts
from habitue.segment.leaf import asks_goods
from tests.segment.generated import NOW_US, SHOP_ZONE, cases
from tests.segment.noting import program_of

pytestmark = pytest.mark.proof("T25")

COUNT = 20_000 if os.environ.get("HABITUE_TORTURE") else 1_000
STEPS = 8


class Purchases:
    """The purchases of people, which others may be told of at any time."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[Any, Done]] = {}
        self.told: set[str] = set()
        # What hangs on others, too.
        self.hanging: set[str] = set()
        self.asked: list[str] = []

    def tell(self, key: str, done: Done, stands: Any = 0) -> None:
        self.held[key] = (stands, done)
        self.told.add(key)

    def purchases(self, _strands: Any) -> Any:
        return [(key, stands) for key, (stands, _) in self.held.items()]

    def bought(
        self, key: str, _stands: Any, *, goods: bool, prices: bool
    ) -> tuple[Done, bool]:
        self.asked.append(key)
        return self.held[key][1], key not in self.hanging

    def restated(self) -> set[str]:
        told, self.told = self.told, set()
        return told

    def facts(self) -> Facts:
        done = tuple(done for _, done in self.held.values())
        return Facts(done=done, shop_zone=SHOP_ZONE, time_zone=SHOP_ZONE)


def change(purchases: Purchases, done: list[Done], chance: random.Random) -> None:
    """Have something become of one purchase or another."""
    key = f"o{chance.randrange(5)}"
    new = structs.replace(chance.choice(done), at_us=NOW_US - chance.randrange(10**12))
    what = chance.random()
    if key in purchases.held and what < 0.2:
        del purchases.held[key]
    elif key in purchases.held and what < 0.4:
        # It brings something else, though nothing was told of it.
        purchases.held[key] = (chance.random(), new)
    elif key in purchases.hanging and key in purchases.held:
        purchases.held[key] = (purchases.held[key][0], new)
    else:
        purchases.tell(key, new)


@pytest.mark.parametrize("entries_max", [500_000, 20])
def test_what_is_kept_of_purchases_is_what_is_found_anew(entries_max, monkeypatch):
    monkeypatch.setattr(bought, "ENTRIES_MAX", entries_max)
    looked = asked = 0
    for number, case in enumerate(cases(COUNT, seed=31)):
        chance, purchases = random.Random(number), Purchases()
        purchases.hanging = {f"o{chance.randrange(5)}"}
        done = [one for one in case.facts.done if one.name in OBJECTS]
        program = program_of(case.condition)
        if not done or not program.objects:
            continue
        kept = Bought(purchases, SHOP_ZONE)
        for _ in range(STEPS):
            change(purchases, done, chance)
            own = {one: [] for one in program.leaves}
            found = kept.beside(own, (1,), program)
            assert found == program.with_purchases(own, purchases.facts()), case
            looked += len(purchases.held)
        asked += len(purchases.asked)
    # Most were there before.
    assert looked
    assert entries_max < 100 or asked < 0.6 * looked


def test_a_purchase_is_looked_at_once_however_many_come_after_it():
    program = program_of(Did(event=PURCHASE, count=Count(op=">=", value=3)))
    purchases = Purchases()
    kept = Bought(purchases, SHOP_ZONE)

    for at in range(50):
        purchases.tell(f"o{at}", Done(at_us=NOW_US + at, name=PURCHASE))
        found = kept.beside({}, (1,), program)

    assert found == {1: [NOW_US + at for at in range(50)]}
    assert sorted(purchases.asked) == sorted(purchases.held)


def test_so_much_is_kept_and_no_more(monkeypatch):
    monkeypatch.setattr(bought, "ENTRIES_MAX", 10)
    program = program_of(Did(event=PURCHASE))
    purchases = Purchases()
    kept = Bought(purchases, SHOP_ZONE)

    for at in range(50):
        purchases.tell(f"o{at}", Done(at_us=NOW_US + at, name=PURCHASE))
    kept.beside({}, (1,), program)

    # Each is an entry and itself, and the last generations of both make up the limit.
    assert len(kept._kept) <= 5


def test_only_who_asks_the_catalogue_is_looked_at_anew_when_it_changes():
    plain = program_of(Did(event=PURCHASE))
    assert not any(map(asks_goods, plain.leaves.values()))
    purchases = Purchases()
    purchases.tell("o1", Done(at_us=NOW_US, name=PURCHASE))
    kept = Bought(purchases, SHOP_ZONE)
    kept.beside({}, (1,), plain)

    kept.reword()
    kept.beside({}, (1,), plain)

    assert purchases.asked == ["o1"]
