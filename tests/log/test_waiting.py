"""Sources take turns, and of one source what came first goes first."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from habitue.log.port import Entry
from habitue.log.waiting import CallsInTurn


class Call(Struct, frozen=True):
    """A numbered call of a source."""

    entries: list[Entry]
    number: int

    @property
    def source(self) -> str:
        return self.entries[0].source


def waiting_for(sources: str) -> CallsInTurn[Call]:
    """Have a call wait for each letter, which is its source."""
    waiting: CallsInTurn[Call] = CallsInTurn()
    for number, source in enumerate(sources):
        entry = Entry(source=source, message_id=f"{number}", body=b"{}")
        waiting.append(Call([entry], number))
    return waiting


def emptied(waiting: CallsInTurn[Call]) -> list[Call]:
    """Take all calls, each of which is the first until it is taken."""
    taken = []
    while waiting:
        first = waiting.first()
        taken.append(waiting.popleft())
        assert taken[-1] is first
    return taken


def test_a_source_that_sent_one_call_comes_after_one_of_each_other() -> None:
    taken = emptied(waiting_for("aaaabbbbt"))

    assert "".join(one.source for one in taken) == "abtababab"


@given(st.text("abc", max_size=30))
def test_each_call_is_taken_once_and_of_one_source_in_order(sources: str) -> None:
    waiting = waiting_for(sources)
    held = sorted(one.number for one in waiting.calls())
    taken = emptied(waiting)

    assert held == sorted(one.number for one in taken) == list(range(len(sources)))
    for source in "abc":
        numbers = [one.number for one in taken if one.source == source]
        assert numbers == sorted(numbers)


@given(st.text("abc", max_size=30))
def test_nobody_who_waits_is_passed_by_twice(sources: str) -> None:
    taken = "".join(one.source for one in emptied(waiting_for(sources)))

    for at, source in enumerate(taken):
        waited = taken[:at].rpartition(source)[2]
        assert len(set(waited)) == len(waited)
