"""The fields of values: what is compared with what, how much, and when."""

from collections.abc import Mapping
from typing import Any

from habitue.console.look import Look
from habitue.console.segments import choices
from habitue.console.segments.control import Control, Field, options
from habitue.console.segments.draft import Draft, part, parts, text
from habitue.console.segments.form_value import MIXED, SHAPES
from habitue.segment.moments import is_date
from habitue.segment.reading import MONEY_WORDS

Row = tuple[Control, ...]
# Which list of what is known a property's values are chosen from.
_KNOWN_OF = {
    "$category": "categories",
    "$brand": "brands",
    "$store": "stores",
    "$region": "regions",
    "$channel": "channels",
    "$source": "sources",
}


class Values:
    """Makes fields, each with its label in the reader's language."""

    def __init__(self, look: Look, known: Mapping[str, Any], new: str = "") -> None:
        self.say = look.say
        self._currency = look.currency
        self._known = known
        self._new = new

    # -- single fields -----------------------------------------------------------

    def select(
        self,
        path: str,
        words: Mapping[str, str],
        held: str,
        *,
        label: str = "",
        shapes: bool = False,
    ) -> Field:
        """Give a field to choose one of some words."""
        told = {word: self.say(name) for word, name in words.items()}
        return Field(
            kind="select",
            path=path,
            label=label,
            value=held,
            options=options(told, held),
            shapes=shapes,
            new=bool(self._new) and path == f"{self._new}-type",
        )

    def _text(self, path: str, label: str, value: str, **more: Any) -> Field:
        return Field(path=path, label=label, value=value, **more)

    # -- what is done ------------------------------------------------------------

    def events(self, draft: Draft, path: str) -> Row:
        """Give a field for each name of an event."""
        held = draft.get("event")
        names = [one if isinstance(one, str) else "" for one in held or ("",)]
        first, more = self.say("Event"), self.say("or event")
        return tuple(
            self._text(
                f"{path}-event-{at}",
                self._named(more if at else first, name, choices.EVENT_WORDS),
                name,
                known="events",
                new=f"{path}-event-{at}" == self._new,
            )
            for at, name in enumerate(names if isinstance(held, list) else [""])
        )

    def _named(self, label: str, held: str, words: Mapping[str, str]) -> str:
        """Give a field's label, with what the word in it means."""
        return f"{label}: {self.say(words[held])}" if held in words else label

    def measure(self, draft: Draft, path: str) -> Row:
        """Give the fields of how much was done."""
        held = text(draft, "measure")
        first = self.select(
            f"{path}-measure",
            choices.MEASURES,
            held,
            label=self.say("How often"),
            shapes=True,
        )
        if held not in {"count", "sum", "distinct"}:
            return (first,)
        return (first, *self._amount(part(draft, held), f"{path}-{held}", held))

    def _amount(self, draft: Draft, path: str, sort: str) -> Row:
        of = self._text(
            f"{path}-of", self.say("of"), text(draft, "of"),
            known="properties",
        )  # fmt: skip
        order = self.select(
            f"{path}-op", choices.ORDERS, text(draft, "op") or ">=",
            label=self.say("compared"),
        )  # fmt: skip
        value = Field(
            kind="number",
            path=f"{path}-value",
            label=self.say("so much") if sort == "sum" else self.say("times"),
            value=text(draft, "value"),
        )
        if sort == "count":
            return (order, value)
        if sort == "distinct":
            return (of, order, value)
        return (of, order, value, self._money(draft, path, "of"))

    def _money(self, draft: Draft, path: str, of: str) -> Field:
        """Give the field of a currency; of what is money, the shop's is meant."""
        held = text(draft, "currency")
        if not held and text(draft, of) in MONEY_WORDS:
            held = self._currency
        label = self.say("Currency, of money")
        return self._text(f"{path}-currency", label, held, known="currencies")

    def property(self, draft: Draft, path: str) -> Field:
        """Give the field of the name of a property."""
        name = text(draft, "property")
        return self._text(
            f"{path}-property",
            self._named(self.say("Property"), name, choices.WORDS), name,
            known="properties", new=path == self._new,
        )  # fmt: skip

    def where(self, draft: Draft, path: str) -> Row:
        """Give the fields of a comparison with a property."""
        name, op = text(draft, "property"), text(draft, "op") or "is"
        named = self.property(draft, path)
        compared = self.select(
            f"{path}-op", choices.OPS, op, label=self.say("compared"), shapes=True
        )
        known = _KNOWN_OF.get(name, "values")
        fields = [named, compared, *self.value(draft, path, op, known)]
        number = SHAPES.get(op, "number") == "number"
        if number or name in MONEY_WORDS or text(draft, "currency"):
            fields.append(self._money(draft, path, "property"))
        return tuple(fields)

    # -- values ------------------------------------------------------------------

    def value(self, draft: Draft, path: str, op: str, known: str = "") -> Row:
        """Give the fields of what something is compared with."""
        shape, at = SHAPES.get(op, "number"), f"{path}-value"
        held = text(draft, "value")
        label = self.say("Value")
        match shape:
            case "none":
                return ()
            case "span":
                return self.span(draft, "span", path, self.say("so long"))
            case "days":
                return (
                    Field(kind="number", path=at, label=self.say("days"), value=held),
                )
            case "number":
                return (Field(kind="number", path=at, label=label, value=held),)
            case "date":
                return (self._date(at, self.say("Day"), held),)
            case "several":
                told = self.say("Values, one a line")
                area = Field(kind="area", path=at, label=told, value=held)
                return (area, self._as(draft, path))
            case "one":
                field = self._text(at, label, held, known=known)
                return (field, self._as(draft, path))
            case _:
                return (self._text(at, label, held),)

    def _as(self, draft: Draft, path: str) -> Field:
        held = text(draft, "as") or "text"
        words = choices.AS | ({MIXED: choices.MIXED} if held == MIXED else {})
        return self.select(f"{path}-as", words, held, label=self.say("taken as"))

    def _date(self, path: str, label: str, held: str) -> Field:
        """Give a field for a day; for a moment, one for text."""
        plain = not held or (len(held) == 10 and is_date(held))
        kind = "date" if plain else "text"
        return Field(kind=kind, path=path, label=label, value=held)

    # -- when --------------------------------------------------------------------

    def span(self, draft: Draft, name: str, path: str, label: str) -> Row:
        """Give the fields of a span: a number and a unit, or several."""
        found: list[Control] = []
        for at, one in enumerate(parts(draft, name) or [{}]):
            way = f"{path}-{name}-{at}"
            number = text(one, "number")
            found += [
                Field(kind="number", path=f"{way}-number", label=label, value=number),
                self.select(
                    f"{way}-unit", choices.UNITS, text(one, "unit") or "days",
                    label=self.say("unit"),
                ),
            ]  # fmt: skip
        return tuple(found)

    def window(self, draft: Draft, path: str) -> Row:
        """Give the fields of when something has to lie."""
        mode = text(draft, "mode")
        first = self.select(
            f"{path}-mode", choices.WINDOWS, mode, label=self.say("When"), shapes=True
        )
        if mode == "last":
            return (first, *self.span(draft, "span", path, self.say("so long")))
        if mode == "dates":
            since = self.say("from"), text(draft, "since")
            until = self.say("through"), text(draft, "until")
            return (
                first,
                self._date(f"{path}-since", *since),
                self._date(f"{path}-until", *until),
            )
        return (first,)

    def gap(self, draft: Draft, path: str) -> Row:
        """Give the fields of how long after the step before."""
        least = self.say("at least so long after")
        most = self.say("less than so long after")
        return (
            *self.span(draft, "least", path, least),
            *self.span(draft, "most", path, most),
        )

    # -- what is known -----------------------------------------------------------

    def trait(self, draft: Draft, path: str, sort: str) -> Row:
        """Give the fields of a comparison with a trait, told or counted."""
        op = text(draft, "op") or "is"
        known = "traits" if sort == "trait" else "computed"
        name = self._text(
            f"{path}-name", self.say("Trait"), text(draft, "name"), known=known
        )
        compared = self.select(
            f"{path}-op", choices.MOVING_OPS, op, label=self.say("compared"),
            shapes=True,
        )  # fmt: skip
        return (name, compared, *self.value(draft, path, op))

    def plain(self, draft: Draft, path: str, sort: str) -> Row:
        """Give the fields of a consent, an identifier or another segment."""
        say = self.say
        match sort:
            case "consent":
                state = self.select(
                    f"{path}-state", choices.STATES, text(draft, "state"),
                    label=say("what they said"),
                )  # fmt: skip
                purpose, channel = text(draft, "purpose"), text(draft, "channel")
                return (
                    self._text(
                        f"{path}-purpose", say("For what"), purpose, known="purposes"
                    ),
                    self._text(
                        f"{path}-channel", say("By which channel"), channel,
                        known="consent_channels",
                    ),
                    state,
                )  # fmt: skip
            case "identifier":
                kind = self._text(
                    f"{path}-kind", say("Kind of identifier"), text(draft, "kind"),
                    known="kinds",
                )  # fmt: skip
                held = text(draft, "known") or "yes"
                known = self.select(
                    f"{path}-known", choices.KNOWN, held, label=say("it is")
                )
                return (kind, known)
            case "in_segment":
                held = text(draft, "segment")
                return (
                    Field(
                        kind="select",
                        path=f"{path}-segment",
                        label=say("Segment"),
                        value=held,
                        options=options(self._known.get("segments", {}), held),
                    ),
                )
            case _:
                return ()
