"""Sources take turns, and of one source what came first goes first."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from habitue.log.lines import Lines
from habitue.log.port import Entry


class Call(Struct, frozen=True):
    """A numbered call of a source."""

    entries: list[Entry]
    number: int

    @property
    def source(self) -> str:
        return self.entries[0].source


def lines_of(sources: str) -> Lines[Call]:
    """Have a call wait for each letter, which is its source."""
    lines: Lines[Call] = Lines()
    for number, source in enumerate(sources):
        entry = Entry(source=source, message_id=f"{number}", body=b"{}")
        lines.append(Call([entry], number))
    return lines


def emptied(lines: Lines[Call]) -> list[Call]:
    """Take all calls, each of which is the first until it is taken."""
    taken = []
    while lines:
        first = lines.first()
        taken.append(lines.popleft())
        assert taken[-1] is first
    return taken


def test_a_source_that_sent_one_call_comes_after_one_of_each_other() -> None:
    taken = emptied(lines_of("aaaabbbbt"))

    assert "".join(one.source for one in taken) == "abtababab"


@given(st.text("abc", max_size=30))
def test_each_call_is_taken_once_and_of_one_source_in_order(sources: str) -> None:
    waiting = lines_of(sources)
    held = sorted(one.number for one in waiting.calls())
    taken = emptied(waiting)

    assert held == sorted(one.number for one in taken) == list(range(len(sources)))
    for source in "abc":
        numbers = [one.number for one in taken if one.source == source]
        assert numbers == sorted(numbers)


@given(st.text("abc", max_size=30))
def test_nobody_who_waits_is_passed_by_twice(sources: str) -> None:
    taken = "".join(one.source for one in emptied(lines_of(sources)))

    for at, source in enumerate(taken):
        waited = taken[:at].rpartition(source)[2]
        assert len(set(waited)) == len(waited)
