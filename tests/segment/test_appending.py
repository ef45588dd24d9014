"""What comes last is added in place, as leaves.add says."""

import random
from copy import copy
from decimal import ROUND_HALF_EVEN, Decimal

import pytest

from habitue.segment import leaves
from habitue.segment.appending import add_amount, add_every, add_latest
from habitue.segment.beside import Totals, totals
from habitue.segment.leaf import Amounts, Every, Latest
from habitue.segment.leaves import add, in_order, read, write, write_in_order
from habitue.segment.long_lists import Totalled, totalled
from habitue.segment.values import number_of

TIMES = 400


def moments(chance: random.Random) -> list[tuple[int, int]]:
    """Give moments, mostly in order, and the times at which they are told."""
    now_us, found = 1_000, []
    for _ in range(12):
        now_us += chance.choice((0, 1, 40))
        found.append((now_us - chance.choice((0, 0, 0, 1, 90, -30)), now_us))
    return found


@pytest.mark.parametrize("for_us", [0, 50])
def test_a_moment_is_added_to_all_of_a_time(for_us):
    keep = Every(for_us=for_us)
    for seed in range(TIMES):
        held, meant = [], []
        for at_us, now_us in moments(random.Random(seed)):
            meant = add(keep, copy(meant), [at_us], now_us)
            held = add_every(held, at_us, now_us, keep)
            assert held == meant, seed


def test_a_moment_is_added_to_the_latest():
    for seed in range(TIMES):
        chance = random.Random(seed)
        keep = Latest(most=chance.choice((1, 2, 4, 8)))
        held, meant = [], []
        for at_us, now_us in moments(chance):
            meant = add(keep, copy(meant), [at_us], now_us)
            held = add_latest(held, at_us, now_us, keep)
            assert held == meant, seed


@pytest.mark.parametrize("for_us", [0, 50])
def test_an_amount_is_added_to_those_of_a_time(for_us):
    keep = Amounts(of="price", for_us=for_us)
    for seed in range(TIMES):
        chance = random.Random(seed)
        held, meant = [], []
        for at_us, now_us in moments(chance):
            amount = chance.choice((-5, 5, 2**62, 7, -7))
            entry = (at_us, leaves.kept_amount(amount))
            meant = add(keep, copy(meant), [entry], now_us)
            held = add_amount(held, (at_us, amount), now_us, keep)
            assert held == meant, seed


def test_leaves_in_order_are_the_row_that_is_written():
    held = {3: [1, 2], 1: [(4, "x")], 2: []}

    assert write_in_order(in_order(held)) == write(held)
    assert list(read(write(held))) == [1, 2, 3]


def test_a_fraction_is_read_as_the_decimal_that_it_is_told_as():
    chance = random.Random(1)
    told = [chance.randrange(-(10**12), 10**12) for _ in range(20_000)]
    places = (1, 10, 1_000, 10**6, 10**7, 10**9)
    for value in (one / chance.choice(places) for one in told):
        exact = Decimal(repr(value)).scaleb(6)
        assert number_of(value) == int(exact.to_integral_value(ROUND_HALF_EVEN)), value


def test_what_amounts_add_up_to_is_known_as_more_come():
    for seed in range(TIMES):
        chance = random.Random(seed)
        amounts = [(at, chance.choice((-5, 3, 8))) for at in range(chance.randrange(9))]
        held = totalled([*amounts])
        for at in range(10, 20):
            amounts.append((at, chance.choice((-5, 3, 8))))
            if type(held) is Totalled:
                held.take(*amounts[-1])
            else:
                held = totalled([*held, amounts[-1]])
            assert held == amounts, seed
            asked = Totals()
            assert (asked.of(held), asked.most(held)) == (
                sum(amount for _, amount in amounts),
                sum(amount for _, amount in amounts if amount > 0),
            ), seed
            assert totals(held, 0, len(held)) == totals(amounts, 0, len(held)), seed
            assert totals(held, 1, len(held)) == totals(amounts, 1, len(held)), seed
        assert write({1: held}) == write({1: amounts}), seed


def test_of_what_is_too_large_for_a_number_nothing_is_added_up_beforehand():
    amounts = [(at, leaves.kept_amount(2**62)) for at in range(9)]

    assert totalled(amounts) is amounts
