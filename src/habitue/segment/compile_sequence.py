"""A sequence as SQL: of each step the moments at which the whole up to it was done."""

from collections.abc import Iterable, Sequence

from habitue.segment.compile_row import Deeds, Doer, in_window
from habitue.segment.condition import Gap, Step
from habitue.segment.condition import Sequence as Steps
from habitue.segment.moments import window_us

_FOREVER_US = 2**62


def sequence_sql(
    sequence: Steps, deeds: Deeds, prefix: str
) -> tuple[dict[str, str], str]:
    """Give the tables of a sequence, and the last one, which has who did all of it."""
    within = in_window(sequence.within, deeds)
    doers = [deeds.doer(step) for step in sequence.steps]
    tables = {f"{prefix}all": prefilter([doer.meant for doer in doers], within)}
    among = f" AND person_id IN (SELECT person_id FROM {prefix}all)"
    reached = ""
    for at, (step, doer) in enumerate(zip(sequence.steps, doers, strict=True)):
        name = f"{prefix}{at}"
        tables[name] = _times(f"{doer.meant} AND {within}", among)
        if reached:
            barred = _barred(step, deeds)
            if barred:
                tables[f"{name}_barred"] = _times(barred)
            tables[f"{name}_reached"] = _follows(step, name, reached, bool(barred))
            name = f"{name}_reached"
        reached = name
    last = _left(sequence, deeds, reached)
    tables[f"{prefix}end"] = last
    return tables, f"{prefix}end"


def prefilter(meant: Sequence[str], within: str) -> str:
    """Give who did every step at all, before anything is put in order."""
    did = [f"bool_or({one} AND {within})" for one in meant]
    of_strands = ", ".join(f"{sql} AS b{at}" for at, sql in enumerate(did))
    all_of_them = " AND ".join(f"bool_or(b{at})" for at in range(len(did)))
    return (
        "SELECT person_id FROM"
        f" (SELECT strand, {of_strands} FROM deed AS d GROUP BY strand)"
        f" JOIN holding USING (strand) GROUP BY person_id HAVING {all_of_them}"
    )


def _times(meant: str, among: str = "") -> str:
    return (
        "SELECT person_id, d.t AS t FROM deed AS d"
        f" JOIN holding USING (strand) WHERE {meant}{among}"
    )


def _barred(step: Step, deeds: Deeds) -> str:
    """Say which events must not lie between a step and the one before; "": none."""
    doers: Iterable[Doer] = [deeds.doer(deed) for deed in step.without]
    return " OR ".join(f"({doer.meant})" for doer in doers)


def _follows(step: Step, name: str, reached: str, barred: bool) -> str:
    """Keep the moments before which the steps before ended as is asked.

    Of the moments of the step before, the last that is early enough is the best.
    """
    least, most = gap_us(step.after)
    joined = f"now_.t - {least} >= before_.t"
    sql = (
        f"SELECT now_.person_id AS person_id, now_.t AS t FROM {name} AS now_"
        f" ASOF JOIN {reached} AS before_"
        f" ON now_.person_id = before_.person_id AND {joined}"
    )
    # A bar at the very moment of the step before does not lie between.
    if barred:
        sql += (
            f" ASOF LEFT JOIN {name}_barred AS bar_"
            " ON now_.person_id = bar_.person_id AND now_.t > bar_.t"
        )
    sql += f" WHERE before_.t >= now_.t - {most} + 1"
    return sql + (" AND before_.t >= coalesce(bar_.t, before_.t)" if barred else "")


def gap_us(gap: Gap | None) -> tuple[int, int]:
    """Give how long a step is after the one before: from the first on, below this."""
    least = window_us(gap.least) if gap is not None and gap.least is not None else 0
    if gap is None or gap.most is None:
        return max(least, 1), _FOREVER_US
    return max(least, 1), window_us(gap.most)


def _left(sequence: Steps, deeds: Deeds, reached: str) -> str:
    """Keep who was followed by nothing that bars, for so long as is asked."""
    absence = sequence.then_not
    if absence is None:
        return f"SELECT DISTINCT person_id FROM {reached}"
    lasting = 0 if absence.lasting is None else window_us(absence.lasting)
    followed = deeds.doer(absence).meant
    return (
        f"SELECT DISTINCT ends.person_id AS person_id FROM {reached} AS ends"
        " LEFT JOIN (SELECT person_id, max(d.t) AS t FROM deed AS d"
        f" JOIN holding USING (strand) WHERE {followed} GROUP BY person_id) AS last_"
        " ON last_.person_id = ends.person_id"
        " WHERE ends.t >= coalesce(last_.t, ends.t)"
        f" AND ends.t <= {deeds.now_us - lasting}"
    )
