"""A sequence whose steps are compared, as SQL: the same from step to step by equality.

A row is a moment at which all up to a step was done, with the values that later steps
are compared with. Each next step has to ask for the same of all of them: then the last
such moment that is early enough is the best. Whatever else is compared (another value,
a property that may have several) is judged by the meaning: NotInCopyError says so.
"""

from habitue.segment.alike import Link, compared, links, places_of
from habitue.segment.compile_comparison import NotInCopyError, values_sql
from habitue.segment.compile_row import Deeds, in_window
from habitue.segment.compile_sequence import gap_us, prefilter
from habitue.segment.condition import Doing, Sequence
from habitue.segment.moments import window_us
from habitue.segment.reading import is_of_line


def compared_sql(
    sequence: Sequence, deeds: Deeds, prefix: str
) -> tuple[dict[str, str], str]:
    """Give the tables of such a sequence, and the last one, which has who did it."""
    return _Compared(sequence, deeds, prefix).tables()


class _Compared:
    """Makes the tables of one sequence."""

    def __init__(self, sequence: Sequence, deeds: Deeds, prefix: str) -> None:
        self._sequence = sequence
        self._deeds = deeds
        self._prefix = prefix
        self._links = list(links(sequence))
        self._faces = compared(sequence)
        self._places = places_of(sequence)
        self._made: dict[str, str] = {}
        self._check()

    def _check(self) -> None:
        """Refuse what equality of one text can't tell."""
        for link in self._links:
            words = link.alike.property, link.of
            if link.alike.op != "same" or any(one[0] != "$" for one in words):
                raise NotInCopyError
        for at in range(1, len(self._sequence.steps)):
            if not self._is_bound(at):
                raise NotInCopyError

    def _is_bound(self, at: int) -> bool:
        """Say whether a step asks for the same of all that is remembered before it."""
        asked = {
            (link.step, link.of)
            for link in self._links
            if link.place == self._places[at]
        }
        return set(self._columns(at - 1)) <= asked

    def _columns(self, at: int) -> list[tuple[int, str]]:
        """Give what is remembered after a step: which step's which properties."""
        later = [link for link in self._links if link.before > at]
        return sorted({(one.step, one.of) for one in later if one.step <= at})

    def tables(self) -> tuple[dict[str, str], str]:
        within = in_window(self._sequence.within, self._deeds)
        doers = [self._deeds.doer(step) for step in self._sequence.steps]
        every = f"{self._prefix}all"
        self._made[every] = prefilter([doer.meant for doer in doers], within)
        among = f" AND person_id IN (SELECT person_id FROM {every})"
        reached = ""
        for at, step in enumerate(self._sequence.steps):
            name = f"{self._prefix}{at}"
            place = self._places[at]
            self._made[name] = self._times(step, place, f" AND {within}{among}")
            after = f"{name}_reached"
            self._made[after] = self._reached(at, name, reached)
            reached = after
        last = f"{self._prefix}end"
        self._made[last] = self._left(reached)
        return self._made, last

    def _times(self, doing: Doing, place: int, more: str = "") -> str:
        """Give who did something when, with each face it had: f0, f1, .."""
        doer, names = self._deeds.doer(doing), self._faces[place]
        columns = "".join(
            f", {self._text(name)} AS f{at}" for at, name in enumerate(names)
        )
        lines = ""
        if any(map(is_of_line, names)):
            lines = (
                " LEFT JOIN line AS l ON l.log_offset = d.log_offset"
                f" AND {doer.of_line}"
            )
        return (
            f"SELECT DISTINCT person_id, d.t AS t{columns} FROM deed AS d"
            f" JOIN holding USING (strand){lines} WHERE {doer.meant}{more}"
        )

    def _text(self, name: str) -> str:
        self._deeds.reads(name)
        return values_sql(name, None, self._deeds.bound, self._deeds.shop_zone).text

    def _reached(self, at: int, name: str, before: str) -> str:
        columns = "".join(
            f", {self._known(step, of, at)} AS {_column(step, of, self._columns(at))}"
            for step, of in self._columns(at)
        )
        sql = f"SELECT DISTINCT now_.person_id AS person_id, now_.t AS t{columns}"
        sql += f" FROM {name} AS now_"
        if not before:
            return sql
        least, most = gap_us(self._sequence.steps[at].after)
        sql += (
            f" ASOF JOIN {before} AS before_ ON now_.person_id = before_.person_id"
            f"{self._same(self._places[at], at, 'now_')}"
            f" AND now_.t - {least} >= before_.t"
        )
        bars = []
        for number, deed in enumerate(self._sequence.steps[at].without):
            bar, place = f"bar{number}_", self._places[at] + 1 + number
            self._made[f"{name}_{bar}"] = self._times(deed, place)
            sql += (
                f" ASOF LEFT JOIN {name}_{bar} AS {bar}"
                f" ON now_.person_id = {bar}.person_id"
                f"{self._same(place, at, bar)} AND now_.t > {bar}.t"
            )
            bars.append(f" AND before_.t >= coalesce({bar}.t, before_.t)")
        return f"{sql} WHERE before_.t >= now_.t - {most} + 1{''.join(bars)}"

    def _same(self, place: int, at: int, row: str) -> str:
        """Say as SQL that a row's face is the same as what it is compared with."""
        return "".join(
            f" AND {row}.f{self._own(link)} = {self._known(link.step, link.of, at)}"
            for link in self._links
            if link.place == place
        )

    def _own(self, link: Link) -> int:
        return self._faces[link.place].index(link.alike.property)

    def _known(self, step: int, of: str, at: int) -> str:
        """Give where a step's value stands while a step is looked at."""
        if step == at:
            return f"now_.f{self._faces[self._places[step]].index(of)}"
        return f"before_.{_column(step, of, self._columns(at - 1))}"

    def _left(self, reached: str) -> str:
        """Keep who was followed by nothing such, for so long as is asked."""
        absence, last = self._sequence.then_not, len(self._sequence.steps)
        if absence is None:
            return f"SELECT DISTINCT person_id FROM {reached}"
        lasting = 0 if absence.lasting is None else window_us(absence.lasting)
        place = len(self._faces) - 1
        bar = f"{self._prefix}absence"
        faces = "".join(f", f{at}" for at in range(len(self._faces[place])))
        # The last that is such decides: whoever it follows is out.
        self._made[bar] = (
            f"SELECT person_id{faces}, max(t) AS t FROM"
            f" ({self._times(absence, place)}) GROUP BY ALL"
        )
        return (
            f"SELECT DISTINCT before_.person_id AS person_id FROM {reached} AS before_"
            f" LEFT JOIN {bar} AS bar_ ON bar_.person_id = before_.person_id"
            f"{self._same(place, last, 'bar_')}"
            f" WHERE before_.t <= {self._deeds.now_us - lasting}"
            " AND before_.t >= coalesce(bar_.t, before_.t)"
        )


def _column(step: int, of: str, columns: list[tuple[int, str]]) -> str:
    return f"k{columns.index((step, of))}"
