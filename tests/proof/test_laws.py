"""Order of arrival, taking back, and un-merging, over the whole of state at once."""

import itertools
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from habitue.app.fold import Fold
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.identity.commands import Command, plan_merge, undo
from habitue.identity.rows import OUT_OF_FORCE
from habitue.log.port import Truth
from habitue.model.evidence import Evidence, Key, Verb, Verdict
from habitue.model.kind import KindPolicy
from habitue.model.person import Person
from tests.identity.histories import added, policies
from tests.identity.live import MemoryState
from tests.profile.shop import NOON_US
from tests.proof.logbook import (
    DEEDS,
    Line,
    dump,
    entry_of,
    in_order,
    logs,
    of_somebody,
    shuffled,
    stand,
    verdict_entry,
    write,
)
from tests.proof.views import exact, timeless

LAW = settings(
    max_examples=1_000 if os.environ.get("HABITUE_TORTURE") else 50, deadline=None
)
CHANCE = st.randoms(use_true_random=False)
_numbers = itertools.count()

# A merge that was undone stays in the log, so these tables remember it: its judgements
# and their pairs and mentions, out of force; whom to look at again when a name changes;
# where an identifier was mentioned last; and how components are keyed and listed, which
# follows the path there. No answer depends on that. All others are byte for byte as
# before: profiles, objects, totals, numbers, stretches, the list of people.
BOOKKEEPING = {
    "identity_pairs",
    "identity_rulings",
    "identity_items",
    "identity_links",
    "identity_rows",
    "identity_components",
}


Tables = dict[str, list[bytes]]


class Book:
    """A real log and the state folded from it, which go on together."""

    def __init__(self, truth: Truth, policy: KindPolicy, lines: list[Line]) -> None:
        self.truth = truth
        self.fold: Fold = stand(self.truth, MemoryState(), policy)
        self.policy = policy
        self.go_on(lines)

    def go_on(self, lines: list[Line]) -> None:
        write(self.truth, lines)
        for record in self.truth.read(self.fold.offset, 10_000):
            self.fold.apply(record)

    def judge(self, command: str, verdicts: list[Verdict]) -> None:
        self.go_on(
            [
                verdict_entry("operator", f"{command}/{at}", verdict)
                for at, verdict in enumerate(verdicts)
            ]
        )

    def merge(self, one: Person, other: Person) -> list[tuple[Key, Verdict]]:
        """Merge two people; give the judgements that did it."""
        parted = self.fold.identity.parted(one, other)
        command = Command(command="c1", operator="anna", at_us=NOON_US)
        verdicts = plan_merge(one, other, command, policy=self.policy, parted=parted)
        self.judge("c1", verdicts)
        return [(Key("operator", f"c1/{at}"), one) for at, one in enumerate(verdicts)]

    def undo(self, told: list[tuple[Key, Verdict]]) -> None:
        command = Command(command="c2", operator="anna", at_us=NOON_US)
        self.judge("c2", undo(told, command))

    def people(self) -> list[dict]:
        assert list(self.fold.faults.items()) == []
        return timeless(self.fold)

    def totals(self) -> list:
        return list(self.fold.profiles.totals().rows)

    def tables(self) -> Tables:
        """Give the canonical dump, parted by table."""
        found: Tables = {}
        for encoded in dump(self.fold):
            found.setdefault(msgspec.msgpack.decode(encoded)[0], []).append(encoded)
        return found


@contextmanager
def books(folder: Path, policy: KindPolicy, *logs: list[Line]) -> Iterator[list[Book]]:
    """Open a book for each log; they are closed again."""
    with ExitStack() as opened:
        made = []
        for lines in logs:
            truth = SqliteTruth(folder / str(next(_numbers)) / "truth.db")
            opened.callback(truth.close)
            made.append(Book(truth, policy, lines))
        yield made


@given(lines=logs(), policy=policies(), chance=CHANCE)
@LAW
def test_any_order_of_arrival_gives_the_same_people_and_profiles(
    tmp_path_factory, lines, policy, chance
):
    folder = tmp_path_factory.mktemp("laws")
    lines = of_somebody(lines)
    with books(folder, policy, lines, shuffled(lines, chance)) as (told, mixed):
        assert mixed.people() == told.people()
        assert mixed.totals() == told.totals()


@given(lines=logs(), policy=policies())
@LAW
def test_late_arrivals_are_as_if_all_had_come_in_order(tmp_path_factory, lines, policy):
    folder = tmp_path_factory.mktemp("laws")
    lines = of_somebody(lines)
    with books(folder, policy, lines, in_order(lines)) as (late, punctual):
        assert late.people() == punctual.people()
        assert late.totals() == punctual.totals()


@given(lines=logs(), more=added(1_000), deed=DEEDS, policy=policies())
@LAW
def test_what_is_added_and_retracted_leaves_all_as_before(
    tmp_path_factory, lines, more, deed, policy
):
    # What names nobody can't be taken back: its money stays in the shop's totals.
    assume(not isinstance(more, Evidence) or more.identifiers)
    with books(tmp_path_factory.mktemp("laws"), policy, lines) as (book,):
        before = (book.people(), book.totals())

        book.go_on([entry_of(more, deed, 1)])
        retract = Verdict(
            verb=Verb.RETRACT, target=more.key, at_us=NOON_US, operator="anna"
        )
        book.judge("c1", [retract])

        assert (book.people(), book.totals()) == before


@given(lines=logs(), policy=policies(), chance=CHANCE)
@LAW
def test_a_merge_undone_leaves_every_person_exactly_as_it_was(
    tmp_path_factory, lines, policy, chance
):
    with books(tmp_path_factory.mktemp("laws"), policy, lines) as (book,):
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
