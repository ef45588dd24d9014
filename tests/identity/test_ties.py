"""What shares a time is in order of (t, key), and costs no more than what does not."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from habitue.identity import rows
from habitue.identity.ties import Ties, before, behind
from habitue.model.evidence import Evidence, Key
from habitue.model.kind import KindPolicy
from habitue.state.table import Store
from tests.identity.histories import LAW, Log, Record, policies
from tests.identity.live import Live, MemoryState, check
from tests.identity.test_inserting import Anew, Counting, Reads, device_item, spans

NOON = 1_000


def at_noon(log: Log, order: str = "any") -> list[Record]:
    """Give what was told keys in an order of their own."""
    names = list(range(len(log.records)))
    if order == "any":
        Random(1).shuffle(names)
    elif order == "last first":
        names.reverse()
    return [
        replace(record, key=Key("web", f"m{name:05}"))
        for record, name in zip(log.records, names, strict=True)
    ]


def logins(count: int) -> Log:
    """Let so many sign in on one browser at noon, each looking at something, too."""
    log = Log()
    for at in range(count):
        log.told(NOON, f"user_id:u{at}", "anonymous_id:a1")
        log.told(NOON, "anonymous_id:a1")
    return log


@settings(LAW, max_examples=LAW.max_examples * 2)
@given(st.integers(0, 2**32), st.integers(2, 30), policies())
def test_what_a_device_tells_at_one_time_is_whose_the_definition_says(
    seed: int, size: int, policy: KindPolicy
) -> None:
    chance = Random(seed)
    history = told_at_few_times(chance, size)
    live = Live(policy)

    for at, item in enumerate(history):
        live.take(item)
        if at % 4 == 3:
            check(live, history[: at + 1])
    check(live, history)


@settings(LAW, max_examples=LAW.max_examples)
@given(st.integers(0, 2**32), st.integers(2, 30), policies())
def test_turned_on_amid_a_tie_the_rows_are_those_of_turning_all_anew(
    seed: int, size: int, policy: KindPolicy
) -> None:
    history = told_at_few_times(Random(seed), size)

    on, anew = Live(policy).follow(history), Anew(policy).follow(history)

    assert spans(on) == spans(anew)


def told_at_few_times(chance: Random, size: int) -> list[Evidence]:
    items = [device_item(chance, at + 1) for at in range(size)]
    return [replace(item, at_us=item.at_us % 2) for item in items]


@pytest.mark.parametrize("order", ["last first", "any", "first first"])
def test_logins_at_one_time_read_each_record_a_few_times(order: str) -> None:
    records = at_noon(logins(150), order)
    live = Live(Log().policy)
    live.log = reads = Reads({})
    live.open()

    for record in records:
        # Nothing is kept at hand from one record to the next.
        live.resolver._book.recent.forget()
        live.take(record)

    assert len(reads.offsets) < 12 * len(records)
    check(live, records)


def test_a_login_amid_a_tie_costs_the_same_however_many_share_its_time() -> None:
    few, many = cost_amid(100), cost_amid(800)

    # Of what is read some lies in leaves, which are fuller or emptier.
    assert many.read <= few.read + 4
    assert many.changed <= few.changed + 2


class Cost:
    """The rows that a late login read, and the rows and entries it changed."""

    def __init__(self, read: int, changed: int) -> None:
        self.read = read
        self.changed = changed


def cost_amid(count: int) -> Cost:
    records = at_noon(logins(count))
    live = Live(Log().policy, backend := Counting()).follow(records)
    live.save(len(records))
    live.store.close()
    live.open()
    late = logins(1).records[0]
    middle = Key("web", f"m{count:05}x")
    assert isinstance(late, Evidence)
    backend.read = 0
    live.take(replace(late, key=middle, offset=len(records) + 1))
    return Cost(backend.read, live.store.dirty)


# The ties themselves.


def opened() -> Ties:
    store = Store(MemoryState(), rows_max=1_000, stamp="test")
    ties = Ties(store)
    store.open()
    return ties


@settings(LAW, max_examples=LAW.max_examples)
@given(st.integers(0, 2**32), st.integers(2, 400))
def test_a_tie_is_a_sorted_list(seed: int, size: int) -> None:
    chance, ties = Random(seed), opened()
    held = [tied(chance, number) for number in range(size)]
    ties.begin("t", held[0], held[1])
    for one in held[2:]:
        ties.enter("t", one)
    for one in chance.sample(held, chance.randrange(size - 1)):
        ties.leave("t", one)
        held.remove(one)

    moment = tied(chance, 0)[:4]

    ordered = sorted(held)
    assert list(ties.onwards("t", before(moment))) == [
        one for one in ordered if one[:4] >= moment
    ]
    assert list(ties.backwards("t", behind(moment))) == [
        one for one in reversed(ordered) if one[:4] <= moment
    ]


def tied(chance: Random, number: int) -> rows.Tied:
    return (NOON, chance.choice("ab"), f"m{chance.randrange(50)}", 0, number)


def test_no_row_of_a_tie_grows_with_what_it_holds() -> None:
    chance, ties = Random(1), opened()
    ties.begin("t", tied(chance, 0), tied(chance, 1))
    for number in range(2, 2_000):
        ties.enter("t", tied(chance, number))

    assert max(len(leaf) for _, leaf in ties._leaves.items()) <= 64


def test_of_two_that_part_nothing_is_left() -> None:
    ties = opened()
    one, other = (NOON, "a", "m1", 0, 1), (NOON, "a", "m2", 0, 2)
    ties.begin("t", one, other)

    ties.leave("t", one)

    assert not list(ties._ties.items())
    assert not list(ties._leaves.items())
