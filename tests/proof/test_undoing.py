"""State after an import was undone is what it is without the import."""

from random import Random

import msgspec
import pytest
from hypothesis import assume, given
from msgspec.structs import replace

from habitue.app.projection.rebuild import replay
from habitue.catalog.parse import FACTS
from habitue.log.port import Truth
from habitue.model.event import Event
from habitue.model.import_run import ENDLESS, IMPORT, ImportRun
from habitue.model.record import RecordKind
from habitue.model.source import Source
from tests.identity.histories import policies
from tests.identity.live import MemoryState
from tests.profile.shop import LATER_US
from tests.proof.books import Book, Open, on_postgres
from tests.proof.logbook import Line, dump, goods_logs, stand
from tests.proof.test_forgetting import LAW, ask, with_marks
from tests.proof.test_laws import CHANCE, LAW_POSTGRES, on_sqlite

ID = "0123456789abcdef"


def changed(line: Line, **fields) -> Line:
    """Give a line whose event tells something else of itself."""
    if isinstance(line, Source) or line.kind is not RecordKind.EVENT:
        return line
    event = msgspec.json.decode(line.body, type=Event)
    return replace(line, body=msgspec.json.encode(replace(event, **fields)))


def without(line: Line) -> Line:
    """Give a line as it is in a shop in which its import counts for nothing."""
    if not imported(line):
        return line
    event = msgspec.json.decode(line.body, type=Event)
    counts = event.name in FACTS
    return changed(line, marked=event.marked if counts else "undone", imported="")


def plain(line: Line) -> Line:
    """Give a line that came with no import."""
    return changed(line, imported="") if imported(line) else line


def imported(line: Line) -> bool:
    if isinstance(line, Source) or line.kind is not RecordKind.EVENT:
        return False
    return msgspec.json.decode(line.body, type=Event).imported == ID


def with_imports(lines: list[Line], chance: Random) -> list[Line]:
    """Let some of the events come with an import, and some with another."""
    share = chance.choice((0.1, 0.4, 0.9))

    def one(line: Line) -> Line:
        if chance.random() < share:
            return changed(line, imported=ID)
        return changed(line, imported="another") if chance.random() < 0.3 else line

    return [one(line) for line in with_marks(lines, chance)]


def define(truth: Truth, until: int) -> None:
    """Define up to where the import is undone."""
    run = ImportRun(
        import_id=ID,
        source="erp",
        file="a.csv",
        by="anna",
        begun_us=LATER_US,
        undone_until=until,
    )
    truth.define(IMPORT, ID, msgspec.json.encode(run), LATER_US)


def turn(book: Book, until: int) -> None:
    """Define up to where the import is undone, and let state go by it."""
    define(book.truth, until)
    book.go_on([])


def shown_apart(book: Book) -> dict[str, list[bytes]]:
    """Give all of state but where marked events are shown.

    What a robot did while whom it names was known by undone events alone is kept in
    the log alone, as what it does to strangers is.
    """
    return {name: rows for name, rows in book.tables().items() if name != "marked"}


def anew(book: Book) -> list[bytes]:
    state = MemoryState()
    fold = stand(book.truth, state, book.policy)
    replay(fold, book.truth, state, book.truth.head())
    return dump(fold)


def check_undone(open_books: Open, drawn, policy, chance) -> None:
    drawn = with_imports(drawn, chance)
    at = len(drawn) * 2 // 3
    before, after = drawn[:at], drawn[at:]
    with open_books(policy, before, [without(one) for one in before]) as (book, other):
        # Bit by bit, as a large one is, and then for good.
        steps = (chance.randint(1, max(1, book.truth.head())), ENDLESS)
        for until in steps if chance.random() < 0.5 else steps[1:]:
            turn(book, until)
            turn(other, until)
        book.go_on(after)
        other.go_on([without(one) for one in after])

        assert dump(book.fold) == dump(other.fold)
        assert dump(book.fold) == anew(book)


def check_redone(open_books: Open, drawn, policy, chance) -> None:
    drawn = with_imports(drawn, chance)
    at, late = len(drawn) // 2, len(drawn) * 3 // 4
    parts = drawn[:at], drawn[at:late], drawn[late:]
    with open_books(policy, parts[0], [plain(one) for one in parts[0]]) as pair:
        for until in (ENDLESS, chance.randint(0, at), 0):
            for book, lines in zip(pair, (parts[1], map(plain, parts[1])), strict=True):
                turn(book, until)
                book.go_on(list(lines) if until == ENDLESS else [])
        for book, lines in zip(pair, (parts[2], map(plain, parts[2])), strict=True):
            book.go_on(list(lines))

        book, other = pair
        assert shown_apart(book) == shown_apart(other)
        assert dump(book.fold) == anew(book)


def check_erased(open_books: Open, drawn, policy, chance) -> None:
    drawn = with_imports(drawn, chance)
    at = len(drawn) * 2 // 3
    with open_books(policy, drawn[:at]) as (book,):
        turn(book, chance.choice((ENDLESS, chance.randint(1, max(1, at)))))
        offsets = ask(book, chance, chance.choice((0.2, 0.6)))
        assume(offsets)
        book.go_on(drawn[at:])
        told = dump(book.fold)

        book.truth.erase(offsets, "asked", LATER_US)
        book.go_on([])
        assert told == anew(book)


@given(drawn=goods_logs(20), policy=policies(), chance=CHANCE)
@LAW
def test_an_undone_import_leaves_state_as_if_it_had_never_counted(
    tmp_path_factory, drawn, policy, chance
):
    check_undone(on_sqlite(tmp_path_factory), drawn, policy, chance)


@given(drawn=goods_logs(20), policy=policies(), chance=CHANCE)
@LAW
def test_an_import_that_is_redone_counts_as_if_it_had_never_been_undone(
    tmp_path_factory, drawn, policy, chance
):
    check_redone(on_sqlite(tmp_path_factory), drawn, policy, chance)


@pytest.mark.postgres
def test_so_it_is_on_postgresql(postgres_cluster: str, postgres_template: str):
    opening = on_postgres(postgres_cluster, postgres_template)

    @given(drawn=goods_logs(20), policy=policies(), chance=CHANCE)
    @LAW_POSTGRES
    def law(drawn, policy, chance) -> None:
        check_undone(opening, drawn, policy, chance)

    law()


@given(drawn=goods_logs(20), policy=policies(), chance=CHANCE)
@LAW
def test_who_is_erased_after_an_undo_is_gone_as_from_any_log(
    tmp_path_factory, drawn, policy, chance
):
    check_erased(on_sqlite(tmp_path_factory), drawn, policy, chance)
