"""Order of arrival, taking back, and un-merging, over the whole of state at once."""

import functools
import os
from collections import Counter
from random import Random

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from habitue.app.desks.people_desk import PeopleDesk
from habitue.base.clock import HOUR_US, ManualClock
from habitue.identity.kinds import default_policy
from habitue.identity.rows import OUT_OF_FORCE
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.evidence import Key, Verb, Verdict
from habitue.model.identifier import Identifier
from tests.identity.histories import added, policies
from tests.profile.shop import LATER_US, NOON_US
from tests.proof.books import Book, Open, Tables, books, on_postgres
from tests.proof.logbook import DEEDS, Line, entry_of, in_order, logs, shuffled
from tests.proof.views import exact

pytestmark = pytest.mark.proof("T18")

LAW = settings(
    max_examples=1_000 if os.environ.get("HABITUE_TORTURE") else 50, deadline=None
)
LAW_POSTGRES = settings(
    max_examples=100 if os.environ.get("HABITUE_TORTURE") else 2, deadline=None
)
CHANCE = st.randoms(use_true_random=False)
# Which device looked at something, when, and who had just logged in there, if anybody.
GLANCES = st.lists(
    st.tuples(
        st.sampled_from(("a1", "a2")),
        st.integers(0, 30),
        st.sampled_from(("", "", "u1", "u2", "u3")),
    ),
    max_size=12,
)

# A merge that was undone stays in the log, so these tables remember it: its judgements
# and their pairs and mentions, out of force; whom to look at again when a name changes;
# where an identifier was mentioned last, and what shared its time; and how components
# are keyed and listed, which follows the path there. No answer depends on that. All
# others are byte for byte as before: profiles, objects, totals, numbers, stretches, the
# list of people.
BOOKKEEPING = {
    "identity_pairs",
    "identity_rulings",
    "identity_items",
    "identity_links",
    "identity_rows",
    "identity_components",
    "identity_ties",
    "identity_tied",
}


def check_any_order(open_books: Open, lines: list[Line], policy, chance) -> None:
    with open_books(policy, lines, shuffled(lines, chance)) as (told, mixed):
        assert mixed.people() == told.people()
        assert mixed.totals() == told.totals()


def check_late(open_books: Open, lines: list[Line], policy) -> None:
    with open_books(policy, lines, in_order(lines)) as (late, punctual):
        assert late.people() == punctual.people()
        assert late.totals() == punctual.totals()


def check_retracted(open_books: Open, lines: list[Line], added, policy) -> None:
    more, deed = added
    with open_books(policy, lines) as (book,):
        before = (book.people(), book.totals())

        book.go_on([entry_of(more, deed, 1)])
        retract = Verdict(
            verb=Verb.RETRACT, target=more.key, at_us=NOON_US, operator="anna"
        )
        book.judge("c1", [retract])

        assert (book.people(), book.totals()) == before


def check_unmerged(open_books: Open, lines: list[Line], policy, chance) -> None:
    with open_books(policy, lines) as (book,):
        pair = _two_people(book, chance)
        assume(pair is not None)
        people, totals, tables = exact(book.fold), book.totals(), book.tables()

        told = book.merge(*pair)
        merged = exact(book.fold)
        book.undo(told)

        assert merged != people
        assert exact(book.fold) == people
        assert book.totals() == totals
        _check_only_bookkeeping_differs(tables, book.tables())


def check_of_one(open_books: Open, lines: list[Line], policy, chance) -> None:
    with open_books(policy, lines) as (book,):
        told = timelines(book)
        pair = _two_people(book, chance)
        assume(pair is not None)

        judged = book.merge(*pair)
        merged = timelines(book)
        book.undo(judged)

        assert told.total() == len(told)
        assert merged == told
        assert timelines(book) == told


def timelines(book: Book) -> Counter[int]:
    """Count in how many timelines each event is, by its offset."""
    desk = PeopleDesk(book.fold, book.truth, ManualClock(LATER_US))
    return Counter(
        event["offset"]
        for person_id in exact(book.fold)
        for event in (desk.timeline(person_id, None, 10_000) or ([], None))[0]
    )


def glances(looks: list[tuple[str, int, str]]) -> list[Entry]:
    """Make events of devices that are used in turn, most of which name nobody else."""
    found = []
    for number, (device, hours, who) in enumerate(looks):
        names = [Identifier("anonymous_id", device)]
        names += [Identifier("user_id", who)] if who else []
        event = Event(
            type="track",
            name="Product Viewed",
            at_us=NOON_US + hours * HOUR_US,
            verified=True,
            identifiers=names,
        )
        body = msgspec.json.encode(event)
        found.append(Entry(source="web", message_id=f"glance{number}", body=body))
    return found


@given(lines=logs(), policy=policies(), chance=CHANCE)
@LAW
def test_any_order_of_arrival_gives_the_same_people_and_profiles(
    tmp_path_factory, lines, policy, chance
):
    check_any_order(on_sqlite(tmp_path_factory), lines, policy, chance)


@given(lines=logs(), policy=policies())
@LAW
def test_late_arrivals_are_as_if_all_had_come_in_order(tmp_path_factory, lines, policy):
    check_late(on_sqlite(tmp_path_factory), lines, policy)


@given(lines=logs(), more=added(1_000), deed=DEEDS, policy=policies())
@LAW
def test_what_is_added_and_retracted_leaves_all_as_before(
    tmp_path_factory, lines, more, deed, policy
):
    check_retracted(on_sqlite(tmp_path_factory), lines, (more, deed), policy)


@given(lines=logs(), policy=policies(), chance=CHANCE)
@LAW
def test_a_merge_undone_leaves_every_person_exactly_as_it_was(
    tmp_path_factory, lines, policy, chance
):
    check_unmerged(on_sqlite(tmp_path_factory), lines, policy, chance)


@given(lines=logs(), looks=GLANCES, policy=policies(), chance=CHANCE)
@LAW
def test_each_event_is_of_one_person_and_none_is_lost_by_merging(
    tmp_path_factory, lines, looks, policy, chance
):
    told = [*lines, *glances(looks)]
    check_of_one(on_sqlite(tmp_path_factory), told, policy, chance)


@pytest.mark.postgres
def test_the_laws_hold_on_postgresql_too(postgres_cluster: str, postgres_template: str):
    opening = on_postgres(postgres_cluster, postgres_template)

    @given(
        lines=logs(), more=added(1_000), deed=DEEDS, policy=policies(), chance=CHANCE
    )
    @LAW_POSTGRES
    def law(lines, more, deed, policy, chance) -> None:
        check_any_order(opening, lines, policy, chance)
        check_late(opening, lines, policy)
        check_retracted(opening, lines, (more, deed), policy)
        check_unmerged(opening, lines, policy, chance)
        check_of_one(opening, lines, policy, chance)

    law()


def on_sqlite(folders) -> Open:
    return functools.partial(books, folders.mktemp("laws"))


def _check_only_bookkeeping_differs(before: Tables, after: Tables) -> None:
    others = differing(after, before) - BOOKKEEPING
    assert not others, [(name, before.get(name), after.get(name)) for name in others]
    # What the merge leaves among the items is out of force.
    kept, now = (set(one.get("identity_items", [])) for one in (before, after))
    assert kept <= now
    flags = [msgspec.msgpack.decode(row)[-1] for row in now - kept]
    assert all(one & OUT_OF_FORCE for one in flags)


def differing(left: Tables, right: Tables) -> set[str]:
    return {name for name in left | right if left.get(name) != right.get(name)}


def _two_people(book: Book, chance: Random):
    """Choose two that a person could be asked to merge: both have nodes."""
    people = [person for person, _ in exact(book.fold).values() if person.nodes]
    return None if len(people) < 2 else chance.sample(people, 2)


def test_a_retracted_receipt_of_nobody_takes_its_money_out_of_the_totals(tmp_path):
    with books(tmp_path, default_policy(), [anonymous("r1"), anonymous("r2")]) as (
        book,
    ):
        book.judge("c1", [_ruling(Verb.RETRACT, "r1", 1)])
        once = book.totals()
        book.judge("c2", [_ruling(Verb.RESTORE, "r1", 2)])

        assert [one.objects for one in once] == [1]
        assert [one.objects for one in book.totals()] == [2]


def test_a_receipt_of_nobody_retracted_before_it_comes_never_counts(tmp_path):
    with books(tmp_path, default_policy(), []) as (book,):
        book.judge("c1", [_ruling(Verb.RETRACT, "r1", 1)])

        book.go_on([anonymous("r1")])

        assert book.totals() == []


def test_what_a_retracted_report_of_nobody_had_beaten_stands_again(tmp_path):
    paid = anonymous("m1", receipt_id="r1", total="10.00")
    mended = anonymous("m2", receipt_id="r1", total="25.00", at_us=NOON_US + 1)
    with books(tmp_path, default_policy(), [paid, mended]) as (book,):
        before = [one.amount_minor for one in book.totals()]

        book.judge("c1", [_ruling(Verb.RETRACT, "m2", 1)])

        assert before == [2500]
        assert [one.amount_minor for one in book.totals()] == [1000]


def anonymous(message_id: str, at_us: int = NOON_US, **told: str) -> Entry:
    """Make a receipt that names nobody."""
    properties = {"receipt_id": message_id, "total": "5.00", "currency": "GBP", **told}
    event = Event(
        type="track", name="Receipt Issued", at_us=at_us, properties=properties
    )
    return Entry(source="till", message_id=message_id, body=msgspec.json.encode(event))


def _ruling(verb: Verb, message_id: str, after_us: int) -> Verdict:
    return Verdict(
        verb=verb,
        target=Key("till", message_id),
        at_us=NOON_US + after_us,
        operator="anna",
    )
