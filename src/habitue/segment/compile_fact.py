"""What is known of people as SQL: traits, computed traits, consents, identifiers.

The rows that are read are those of habitue.segment.flat; of a trait each value is one.
Where a row says that its value is not copied and the comparison would need it, the
query is in doubt, and the meaning judges instead. Everything here is SQL over a person
(people.person_id), true or false and never NULL.
"""

from collections.abc import Container
from datetime import UTC, date, datetime, timedelta
from typing import Any

from habitue.base.clock import SECOND_US
from habitue.base.days import day_at
from habitue.lake.plain import is_plain_text
from habitue.model.consent import Consent
from habitue.profile.ledger import ANY
from habitue.profile.permission import DEVICE_CHANNELS
from habitue.segment.compare import Moment, compares
from habitue.segment.compile_comparison import FALSE, Bound, NotInCopyError
from habitue.segment.condition import (
    HasComputed,
    HasConsent,
    HasIdentifier,
    HasTrait,
    Op,
    Window,
)
from habitue.segment.flat import COMPUTED, DEPTH_MAX, KEPT, NOTHING, TRAIT, ZONE
from habitue.segment.moments import begins_us, comes_round, window_us
from habitue.segment.values import number_of, path_of

_TEXTUAL = {"contains": "contains", "starts_with": "starts_with", "ends_with": "suffix"}
_NUMERIC = frozenset({"<", "<=", ">=", ">"})
_NEGATED: dict[str, Op] = {"is_not": "is", "none_of": "one_of"}
_DAYS = [date(2000, 1, 1) + timedelta(days=at) for at in range(366)]
# What withholds a value from a comparison: nothing of it is copied; its text is not.
_PRIVATE, _MASKED = 2, 1


class People:
    """Compiles what is asked of people as they are known, at a moment."""

    def __init__(
        self,
        bound: Bound,
        now_us: int,
        shop_zone: str,
        withheld: Container[int] = (),
    ) -> None:
        """withheld: which doubts, by place, are well founded: these can't be asked."""
        self.bound = bound
        self._withheld = withheld
        self._at = Moment(now_us, shop_zone, shop_zone)
        # SQL each: whether a value that decides is not copied.
        self.doubts: list[str] = []
        self._reads_zones = False

    @property
    def reads(self) -> frozenset[str]:
        """Give the tables that are read beside the copy's."""
        return frozenset({"zones"} if self._reads_zones else ())

    def trait(self, leaf: HasTrait | HasComputed) -> str:
        """Say whether a trait satisfies a comparison."""
        path = path_of(leaf.name)
        sort = TRAIT if isinstance(leaf, HasTrait) else COMPUTED
        if len(path) > DEPTH_MAX or (sort == COMPUTED and path[0] not in KEPT):
            raise NotInCopyError
        name = self.bound.add(sort + ".".join(path))
        found = self._holds(leaf.op, leaf.value, f"f.name = {name}")
        if sort == COMPUTED and leaf.name in NOTHING:
            # Of whom nothing is told it is what it is of nothing.
            if compares(leaf.op, leaf.value, [NOTHING[leaf.name]], self._at):
                found = f"({found} OR NOT {_are(f'f.name = {name}')})"
            elif leaf.op == "missing":
                return FALSE
        return found

    def _holds(self, op: Op, wanted: Any, named: str) -> str:
        if op == "exists":
            return _are(named)
        if op == "missing":
            return f"(NOT {_are(named)})"
        if op in _NEGATED:
            inner = self._holds(_NEGATED[op], wanted, named)
            return f"({_are(named)} AND NOT {inner})"
        self._doubt(op, wanted, named)
        if op == "anniversary":
            return self._comes_round(wanted, named)
        return _are(f"{named} AND {self._test(op, wanted)}")

    def _doubt(self, op: Op, wanted: Any, named: str) -> None:
        """Note from how much withheld on a comparison can't be made."""
        if op == "anniversary":
            return
        if len(self.doubts) in self._withheld:
            # It keeps its place.
            self.doubts.append(FALSE)
            raise NotInCopyError
        told = wanted if isinstance(wanted, tuple) else (wanted,)
        plain = op in ("is", "one_of") and all(
            isinstance(one, bool) or (isinstance(one, str) and is_plain_text(one))
            for one in told
        )
        # No text that is withheld for what it is can be one that is plain.
        least = _PRIVATE if plain else _MASKED
        self.doubts.append(
            f"EXISTS (SELECT 1 FROM facts AS f WHERE {named} AND f.masked >= {least})"
        )

    def _test(self, op: Op, wanted: Any) -> str:
        """Give a comparison of a row f."""
        if op == "is":
            return self._same(wanted)
        if op == "one_of":
            return f"({' OR '.join(map(self._same, wanted)) or FALSE})"
        if op in _TEXTUAL:
            return f"{_TEXTUAL[op]}(f.text, {self.bound.add(wanted)})"
        if op in _NUMERIC:
            limit = number_of(wanted)
            return FALSE if limit is None else f"f.number {op} {limit}"
        return self._in_time(op, wanted)

    def _same(self, wanted: Any) -> str:
        if isinstance(wanted, bool):
            return f"coalesce(f.truth = {str(wanted).upper()}, FALSE)"
        if isinstance(wanted, str):
            return f"coalesce(f.text = {self.bound.add(wanted)}, FALSE)"
        number = number_of(wanted)
        return FALSE if number is None else f"coalesce(f.number = {number}, FALSE)"

    def _in_time(self, op: Op, wanted: Any) -> str:
        now_us = self._at.now_us
        if not isinstance(wanted, Window):
            edge = begins_us(wanted, self._at.shop_zone)
            return f"f.moment_us {'<' if op == 'before' else '>='} {edge}"
        span_us = window_us(wanted)
        tests = {
            "within": f"f.moment_us <= {now_us} AND f.moment_us > {now_us - span_us}",
            "older": f"f.moment_us <= {now_us - span_us}",
            "ahead": f"f.moment_us > {now_us} AND f.moment_us <= {now_us + span_us}",
        }
        return f"({tests[op]})"

    def _comes_round(self, days: int, named: str) -> str:
        """Say whose day of the year comes, by the calendar where they are."""
        self._reads_zones = True
        here = datetime.fromtimestamp(self._at.now_us // SECOND_US, UTC).date()
        # Nowhere on earth is it another day than one of these.
        cases = "".join(
            f" WHEN '{day}' THEN f.day IN ({_coming(days, day)})"
            for day in (here + timedelta(days=off) for off in (-2, -1, 0, 1, 2))
        )
        own = day_at(self._at.now_us, self._at.shop_zone)
        return (
            "(people.person_id IN (SELECT f.person_id FROM facts AS f"
            f" LEFT JOIN facts AS own ON own.person_id = f.person_id"
            f" AND own.name = '{ZONE}' LEFT JOIN zones ON zones.zone = own.text"
            f" WHERE {named} AND f.day IS NOT NULL"
            f" AND CASE coalesce(zones.today, '{own}'){cases} ELSE FALSE END))"
        )

    # -- consents and identifiers --------------------------------------------------

    def identifier(self, leaf: HasIdentifier) -> str:
        """Say whether an identifier of a kind is known."""
        kind = self.bound.add(leaf.kind)
        those = f"SELECT person_id FROM holding WHERE identifier_kind = {kind}"
        known = f"(people.person_id IN ({those}))"
        return known if leaf.known else f"(NOT {known})"

    def consent(self, leaf: HasConsent, devices: tuple[str, ...]) -> str:
        """Say whether the answer of the ledger is this one."""
        answers = consents_sql(self.bound, leaf.purpose, leaf.channel, devices)
        if leaf.state == Consent.UNKNOWN.value:
            return f"(people.person_id NOT IN (SELECT person_id FROM ({answers})))"
        return (
            f"(people.person_id IN (SELECT person_id FROM ({answers})"
            f" WHERE answer = {self.bound.add(leaf.state)}))"
        )


def consents_sql(
    bound: Bound, purpose: str, channel: str, devices: tuple[str, ...]
) -> str:
    """Give SQL of the ledger's answers of all people who said anything about it.

    As habitue.profile.permission.answer has it: what each contact point says last, and
    of these the most restrictive; a browser's no is the least of them.
    """
    asked, by = bound.add(purpose), bound.add(channel)
    reaches = FALSE
    if channel in DEVICE_CHANNELS and devices:
        reaches = f"kind IN ({', '.join(map(bound.add, devices))})"
    return (
        "SELECT person_id, CASE max(weight) WHEN 3 THEN 'withdrawn'"
        " WHEN 2 THEN 'granted' WHEN 1 THEN 'pending' ELSE 'withdrawn' END AS answer"
        " FROM (SELECT person_id, contact, CASE"
        " WHEN no IS NOT NULL AND coalesce(yes <= no, TRUE) THEN 3"
        " WHEN refused IS NOT NULL AND coalesce(yes <= refused, TRUE) THEN 0"
        " WHEN yes IS NOT NULL THEN 2 ELSE 1 END AS weight"
        " FROM (SELECT person_id, contact, max(granted_us) AS yes,"
        f" max(withdrawn_us) AS no, bool_or(pending) AS pending,"
        f" max(refused_us) FILTER (WHERE {reaches}) AS refused FROM allowed"
        f" WHERE channel IN ('{ANY}', {by})"
        f" AND (purpose = {asked} OR starts_with({asked}, purpose || '/'))"
        " GROUP BY person_id, contact)"
        " WHERE yes IS NOT NULL OR no IS NOT NULL OR refused IS NOT NULL OR pending)"
        " GROUP BY person_id"
    )


def _are(test: str) -> str:
    """Say whether a person has a row f that is so."""
    return f"(people.person_id IN (SELECT f.person_id FROM facts AS f WHERE {test}))"


def _coming(days: int, day: date) -> str:
    """Write the days of the year that are today or on one of the days after."""
    found = (
        f"'{one.month:02}-{one.day:02}'"
        for one in _DAYS
        if comes_round((one.month, one.day), days, day)
    )
    return ", ".join(found) or "NULL"
