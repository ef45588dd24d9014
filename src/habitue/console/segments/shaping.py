"""From a draft to the fields that it is told by: one part a clause."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from habitue.console.look import Look
from habitue.console.refused import refused
from habitue.console.segments import choices
from habitue.console.segments.control import Button, Control, Field, Part, options
from habitue.console.segments.draft import ROOT, Draft, part, parts, text
from habitue.console.segments.form import GROUPS, JSON
from habitue.console.segments.shaping_value import Values

Faults: TypeAlias = Mapping[str, list[str]]
Rows: TypeAlias = tuple[tuple[Control, ...], ...]
# What a part is made of: rows of fields, parts in it, and what adds to it.
Made: TypeAlias = tuple[Rows, tuple[Part, ...], tuple[Control, ...]]


class Shaping:
    """Gives the parts of a draft as they are to be shown."""

    def __init__(self, look: Look, known: Mapping[str, Any], new: str = "") -> None:
        """known: names to choose from. new: what was just added, to go on there."""
        self._look, self.say = look, look.say
        self._known = known
        self._values = Values(look, known, new)
        self._faults: dict[str, list[str]] = {}

    def whole(self, draft: Draft, faults: Faults) -> Part:
        """Give the group that all else stands in."""
        self._faults = dict(faults)
        return self._group(draft, ROOT, "")

    def _node(self, draft: Draft, path: str, number: str) -> Part:
        sort = text(draft, "type")
        if sort in GROUPS:
            return self._group(draft, path, number)
        return self._clause(draft, path, self.say("Part %(number)s", number=number))

    def _group(self, draft: Draft, path: str, number: str) -> Part:
        """Give a group; number: which one it is, 2.1 the first in the second."""
        about = self.say("Who is meant")
        if number:
            about = self.say("Part %(number)s", number=number)
        inside = [
            self._node(one, f"{path}-of-{at}", f"{number}.{at + 1}".lstrip("."))
            for at, one in enumerate(parts(draft, "of"))
        ]
        of = self._values.select(
            f"{path}-type", choices.GROUPS, text(draft, "type"),
            label=self.say("They are meant of whom this holds:"),
        )  # fmt: skip
        added = self._values.select(
            f"{path}-new", choices.ADDED, text(draft, "new") or "did",
            label=self.say("A further condition: who .."),
        )  # fmt: skip
        button = Button(
            do=f"add:{path}",
            label=self.say("Add"),
            to=f"{path}-of-{len(inside)}",
            about=about,
        )
        return Part(
            sort="group",
            path=path,
            about=about,
            rows=((of,),),
            parts=tuple(inside),
            add=(added, button),
            remove=None if path == ROOT else self._remove(path, about),
            faults=self._of(path, nested=False),
        )

    def _clause(self, draft: Draft, path: str, about: str) -> Part:
        sort = text(draft, "type")
        remove, faults = self._remove(path, about), self._of(path)
        if sort == JSON:
            told = text(draft, "json")
            return Part(
                sort=JSON, path=path, about=about, json=told, remove=remove,
                faults=faults,
            )  # fmt: skip
        chosen = self._values.select(
            f"{path}-type", choices.SORTS, sort, shapes=True, label=self.say("Who ..")
        )
        first, inner, add = self._of_sort(sort, draft, path)
        rows = ((chosen, *first[0]), *first[1:]) if first else ((chosen,),)
        return Part(
            sort="clause",
            path=path,
            about=about,
            rows=rows,
            parts=inner,
            add=add,
            remove=remove,
            faults=faults,
        )

    def _of_sort(self, sort: str, draft: Draft, path: str) -> Made:
        values = self._values
        match sort:
            case "did" | "did_not":
                events, more = self._doing(draft, path)
                tail = values.measure(draft, path) if sort == "did" else ()
                window = values.window(part(draft, "within"), f"{path}-within")
                return (events, (*tail, *window)), self._wheres(draft, path), more
            case "sequence":
                return self._sequence(draft, path)
            case "trait" | "computed":
                return (values.trait(draft, path, sort),), (), ()
            case _:
                return (values.plain(draft, path, sort),), (), ()

    # -- what is done ----------------------------------------------------------

    def _doing(
        self, draft: Draft, path: str
    ) -> tuple[tuple[Control, ...], tuple[Control, ...]]:
        """Give the fields of names of events, and the buttons that add to a deed."""
        events = self._values.events(draft, path)
        more = (
            self._button("event", path, self.say("Or another event"), path),
            self._button("where", path, self.say("Where it .."), path),
        )
        return events, more

    def _wheres(self, draft: Draft, path: str) -> tuple[Part, ...]:
        found = []
        for at, one in enumerate(parts(draft, "where")):
            way = f"{path}-where-{at}"
            about = self.say("Where %(number)s", number=at + 1)
            one_of_them = Part(
                sort="where",
                path=way,
                about=about,
                rows=(self._values.where(one, way),),
                remove=self._remove(way, about),
            )
            found.append(one_of_them)
        return tuple(found)

    def _compared(
        self, draft: Draft, path: str, last: int
    ) -> tuple[tuple[Control, ...], tuple[Part, ...], tuple[Control, ...]]:
        """Give a deed that is compared with steps of its sequence, up to the last."""
        events, more = self._doing(draft, path)
        found = []
        for at, one in enumerate(parts(draft, "alike")):
            way = f"{path}-alike-{at}"
            about = self.say("Compared %(number)s", number=at + 1)
            one_of_them = Part(
                sort="where",
                path=way,
                about=about,
                rows=(self._alike(one, way, last),),
                remove=self._remove(way, about),
            )
            found.append(one_of_them)
        told = self.say("The same as in a step ..")
        add = (*more, self._button("alike", path, told, path))
        return events, (*self._wheres(draft, path), *found), add

    def _alike(self, draft: Draft, path: str, last: int) -> tuple[Control, ...]:
        """Give the fields of a comparison with a step. last: the last one, from 1."""
        steps = {"": self.say("as in the step before")}
        for number in range(1, last + 1):
            steps[str(number)] = self.say("as in step %(number)s", number=number)
        held = text(draft, "step")
        return (
            self._values.property(draft, path),
            self._values.select(
                f"{path}-op", choices.LIKENESSES, text(draft, "op") or "same",
                label=self.say("compared"),
            ),
            Field(
                kind="select", path=f"{path}-step", label=self.say("with which step"),
                value=held, options=options(steps, held),
            ),
            Field(
                path=f"{path}-of", label=self.say("called there, if otherwise"),
                value=text(draft, "of"), known="properties",
            ),
        )  # fmt: skip

    def _sequence(self, draft: Draft, path: str) -> Made:
        found = [
            self._step(one, f"{path}-steps-{at}", at)
            for at, one in enumerate(parts(draft, "steps"))
        ]
        add = [self._button("step", path, self.say("A further step"), path)]
        if "then_not" in draft:
            told_not, last = part(draft, "then_not"), len(found)
            found.append(self._then_not(told_not, f"{path}-then_not", last))
        else:
            told = self.say("And not since ..")
            add.append(self._button("then", path, told, path))
        window = self._values.window(part(draft, "within"), f"{path}-within")
        return (window,), tuple(found), tuple(add)

    def _step(self, draft: Draft, path: str, at: int) -> Part:
        about = self.say("Step %(number)s", number=at + 1)
        if not at:
            events, more = self._doing(draft, path)
            inner = self._wheres(draft, path)
            return self._deed("step", path, about, ((events,), inner, more))
        events, inner, more = self._compared(draft, path, at)
        gap = self._values.gap(part(draft, "after"), f"{path}-after")
        inner += tuple(
            self._without(one, f"{path}-without-{number}", at + 1)
            for number, one in enumerate(parts(draft, "without"))
        )
        told = self.say("Without .. between")
        more = (*more, self._button("without", path, told, path))
        return self._deed("step", path, about, ((events, gap), inner, more))

    def _without(self, draft: Draft, path: str, last: int) -> Part:
        events, inner, more = self._compared(draft, path, last)
        about = self.say("Without this between")
        return self._deed("deed", path, about, ((events,), inner, more))

    def _then_not(self, draft: Draft, path: str, last: int) -> Part:
        events, inner, more = self._compared(draft, path, last)
        span = self._values.span(
            draft, "lasting", path, self.say("for so long already")
        )
        about = self.say("And not since")
        return self._deed("deed", path, about, ((events, span), inner, more))

    # -- parts -----------------------------------------------------------------

    def _deed(self, sort: str, path: str, about: str, made: Made) -> Part:
        rows, inner, add = made
        return Part(
            sort=sort,
            path=path,
            about=about,
            rows=rows,
            parts=inner,
            add=add,
            remove=self._remove(path, about),
        )

    def _button(self, word: str, path: str, label: str, to: str) -> Button:
        return Button(do=f"{word}:{path}", label=label, to=to)

    def _remove(self, path: str, about: str) -> Button:
        above = path.rpartition("-")[0].rpartition("-")[0] or ROOT
        return Button(
            do=f"remove:{path}", label=self.say("Remove this"), to=above, about=about
        )

    def _of(self, path: str, *, nested: bool = True) -> tuple[str, ...]:
        """Give what is wrong at a way, or in a clause at any of its fields."""
        found: list[str] = []
        for way, reasons in self._faults.items():
            if way == path or (nested and way.startswith(f"{path}-")):
                found += [one for one in reasons if one not in found]
        return tuple(refused(one, self._look) for one in found)
