"""Scores as the API asks for them: rules, cuts from the people, who stands where."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import structs

from habitue.app.desks.counts import Counts
from habitue.app.desks.population import Member, population
from habitue.app.desks.score_parts import part_facts
from habitue.base.clock import to_iso
from habitue.base.errors import InvalidError
from habitue.model.score import RfmPart, RfmRules, ScoreRules
from habitue.profile.scores.declared import Scored, score
from habitue.profile.scores.defining import KIND, SHOP, read_rules
from habitue.profile.scores.need import TRAIT, chosen_need
from habitue.profile.scores.rfm import Bought, fifths_of, measure, rfm

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

View = dict[str, Any]
NOT_BOUGHT = "has not bought"
_CUTS = ("recency_days", "purchases", "money")


class ScoreDesk:
    """Answers by what people are scored, and how many stand where."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        self._truth = home.engine.truth
        self._writing = home.engine.writing
        self._clock = home.engine.clock
        # One change at a time.
        self._turn = asyncio.Lock()
        self._counts = Counts()

    def rules(self) -> View:
        """Give the rules in force, whether they are the shop's own, and which version.

        Version 0 are the rules that Habitué comes with.
        """
        for one in self._truth.definitions(KIND):
            if one.name == SHOP:
                return {
                    "own": True,
                    "version": one.version,
                    "rules": msgspec.json.decode(one.body),
                }
        return {"own": False, "version": 0, "rules": msgspec.to_builtins(ScoreRules())}

    async def set_rules(self, told: bytes) -> View:
        """Put rules in force; all scores are by them from then on."""
        rules = read_rules(told)
        async with self._turn:
            await self._writing.define(KIND, SHOP, msgspec.json.encode(rules))
        return self.rules()

    async def cut(self, *, keep: bool) -> View:
        """Compute cuts that part today's people evenly; keep: put them in force.

        They stand still from then on, so nobody's score moves because others bought.
        """
        held = self._home.fold.profiles.rules
        now_us = self._clock.now_us()
        measured = [
            found
            async for each in population(self._home)
            if (found := measure(each.facts, now_us, held.currency)) is not None
        ]
        if not measured:
            raise InvalidError("Nobody has bought yet, so there is nothing to part.")
        made = structs.replace(fifths_of(measured), tell=held.rfm.tell)
        rules = structs.replace(held, rfm=made)
        if keep:
            return await self.set_rules(msgspec.json.encode(rules))
        return {
            "people": len(measured),
            "kept": False,
            "rules": msgspec.to_builtins(rules),
        }

    async def summary(self, at_us: int | None, wait_s: float | None = None) -> View:
        """Count people by engagement, RFM, persona, stage and need at a moment.

        Without a moment as of lately: the answer says of when it is. What is not
        counted within wait_s raises NotThereYetError, here and below.
        """
        asked = ("summary", self._version, at_us)
        return await self._counts.answer(asked, lambda: self._summary(at_us), wait_s)

    async def _summary(self, at_us: int | None) -> View:
        moment = self._clock.now_us() if at_us is None else at_us
        counts: dict[str, Counter[str]] = {}
        people = 0
        async for each in population(self._home):
            people += 1
            for name, value in _places(self._scored(each, moment)).items():
                counts.setdefault(name, Counter())[value] += 1
        return {
            "at": to_iso(moment),
            "people": people,
            **{name: dict(sorted(found.items())) for name, found in counts.items()},
        }

    async def rfm(
        self,
        part: RfmPart,
        at_us: int | None,
        *,
        fifths: bool,
        wait_s: float | None = None,
    ) -> View:
        """Count who bought of a part by RFM and persona at a moment.

        fifths: by cuts that part these buyers; else by the rules in force.
        """
        asked = ("rfm", self._version, part.category, part.store, at_us, fifths)
        return await self._counts.answer(
            asked, lambda: self._rfm(part, at_us, fifths=fifths), wait_s
        )

    async def _rfm(self, part: RfmPart, at_us: int | None, *, fifths: bool) -> View:
        moment = self._clock.now_us() if at_us is None else at_us
        currency, rules = self._home.fold.profiles.rules.currency, self._rfm_rules
        bought: list[Bought] = []
        async for each in population(self._home):
            facts = part_facts(self._home.fold, each.facts, part)
            if measure(facts, moment, currency) is not None:
                bought.append(facts)
        if fifths and bought:
            told = (measure(one, moment, currency) for one in bought)
            rules = fifths_of(one for one in told if one is not None)
        scored = [rfm(one, moment, rules, currency) for one in bought]
        return {
            "at": to_iso(moment),
            "category": part.category,
            "store": part.store,
            "people": len(bought),
            "fifths": fifths and bool(bought),
            "cuts": {name: getattr(rules, name) for name in _CUTS},
            "rfm": _counted(one.cell for one in scored if one is not None),
            "persona": _counted(one.persona for one in scored if one is not None),
        }

    @property
    def _version(self) -> int:
        """Give the version of the rules: what was counted by others is no answer."""
        version: int = self.rules()["version"]
        return version

    @property
    def _rfm_rules(self) -> RfmRules:
        return self._home.fold.profiles.rules.rfm

    def _scored(self, each: Member, now_us: int) -> Scored:
        profiles = self._home.fold.profiles
        chosen: object = None
        if _tells_need(each):
            chosen = chosen_need(profiles.traits(each.strands))
        return score(each.facts, now_us, profiles.rules, chosen)

    async def migration(
        self, from_us: int, to_us: int, wait_s: float | None = None
    ) -> View:
        """Count who moved from one persona to another between two moments.

        Both are read by the rules in force now, from what is known now.
        """
        if from_us >= to_us:
            raise InvalidError("from is not before to; there is no time in between.")
        asked = ("migration", self._version, from_us, to_us)
        return await self._counts.answer(
            asked, lambda: self._migration(from_us, to_us), wait_s
        )

    async def _migration(self, from_us: int, to_us: int) -> View:
        moved: Counter[tuple[str, str]] = Counter()
        async for each in population(self._home):
            moved[self._persona(each, from_us), self._persona(each, to_us)] += 1
        return {
            "from": to_iso(from_us),
            "to": to_iso(to_us),
            "moves": [
                {"from": before, "to": after, "people": people}
                for (before, after), people in sorted(moved.items())
            ],
        }

    def _persona(self, each: Member, at_us: int) -> str:
        rules = self._home.fold.profiles.rules
        found = rfm(each.facts, at_us, rules.rfm, rules.currency)
        return NOT_BOUGHT if found is None else found.persona


def _counted(told: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(told).items()))


def _tells_need(each: Member) -> bool:
    state = each.facts.state
    return any(
        key.startswith(TRAIT)
        for told in (state.verified, state.claimed)
        for key in told or ()
    )


def _places(scored: Scored) -> dict[str, str]:
    return {
        "engagement": scored.engagement.band,
        "rfm": scored.rfm.cell if scored.rfm else NOT_BOUGHT,
        "persona": scored.rfm.persona if scored.rfm else NOT_BOUGHT,
        "stage": scored.stage.stage,
        "need": scored.need.need or "not known",
    }
