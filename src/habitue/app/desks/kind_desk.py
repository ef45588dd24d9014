"""Kinds of identifiers as the API asks for them: list, define, block."""

import asyncio
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import structs

from habitue.app.desks.home import ReadFold
from habitue.app.desks.writing import Writing
from habitue.app.projection.defined import policy_defined, policy_in_force
from habitue.base.errors import InvalidError
from habitue.identity.blocked import ANYTHING
from habitue.identity.defining import (
    BUILT_IN,
    KIND,
    POLICY,
    SHOP,
    check_blocked,
    check_kind,
    check_policy,
    kind_of_state,
)
from habitue.identity.kinds import normalise
from habitue.log.port import Truth
from habitue.model.identifier import Identifier
from habitue.model.kind import (
    RANKS,
    Form,
    IdentityPolicy,
    Kind,
    KindPolicy,
    Move,
    Role,
)
from habitue.model.source import Writer

View = dict[str, Any]
Views = list[View]
Names = list[str]

# About so many records are folded in a second when state is computed again.
REBUILD_RECORDS_PER_S = 10_000
# So many blocked values are looked up, to say which of them joined people before.
LOOKED_UP_MAX = 200
_SECOND_US = 1_000_000
# Spans, as they are told in seconds and kept.
_SPANS = {
    "hold_seconds": "hold_us",
    "adopt_seconds": "adopt_us",
    "shared_hold_seconds": "shared_hold_us",
}
# Fields that are one of few words.
_WORDS: dict[str, type[StrEnum]] = {
    "role": Role,
    "move": Move,
    "form": Form,
    "claim": Writer,
}
# What state depends on, beside the kinds.
_OF_STATE = (*_SPANS.values(), "claim_edges_max")

NOTHING = "Nothing changed."
FROM_NOW_ON = "Holds for what is sent from now on; what was told before stays as it is."


class KindDesk:
    """Answers which kinds there are, and writes what a shop defines of them."""

    def __init__(
        self,
        truth: Truth,
        writing: Writing,
        fold: ReadFold,
        changed: Callable[[], None],
    ) -> None:
        """changed: lets this process go by what is defined now."""
        self._truth = truth
        self._writing = writing
        self._fold = fold
        self._changed = changed
        # One change at a time: each is checked against what the one before it made.
        self._turn = asyncio.Lock()

    def list(self) -> Views:
        """List all kinds by rank, with what of them waits for the next start."""
        return [self._view(kind) for kind in policy_in_force(self._truth).kinds]

    def policy(self) -> View:
        """Give what is set for all kinds."""
        return self._policy_view(policy_defined(self._truth))

    async def put(self, name: str, wanted: View) -> View:
        """Define a kind or change one; what is left out stays as it is."""
        async with self._turn:
            policy = policy_in_force(self._truth)
            held = next((one for one in policy.kinds if one.name == name), None)
            kind = check_kind(
                _wanted(name, wanted, held), self._others(policy, name), held
            )
            if kind != held:
                await self._writing.define(KIND, name, msgspec.json.encode(kind))
                self._changed()
        effect = NOTHING if kind == held else self._effect(kind, held)
        blocked = set(kind.blocked) - set(held.blocked if held else ())
        return {
            "kind": self._view(kind),
            "effect": effect,
            "held": self._held(blocked, [name]),
        }

    async def change_policy(self, wanted: View) -> View:
        """Change what is set for all kinds; what is left out stays as it is."""
        block = check_blocked(wanted.pop("block", ()))
        unblock = {value.casefold() for value in wanted.pop("unblock", ())}
        async with self._turn:
            was = policy_defined(self._truth)
            blocked = [one for one in was.blocked if one.casefold() not in unblock]
            policy = check_policy(
                structs.replace(was, blocked=(*blocked, *block), **_spans(wanted))
            )
            if policy != was:
                body = msgspec.json.encode(policy)
                await self._writing.define(POLICY, SHOP, body)
                self._changed()
        effect = FROM_NOW_ON if policy != was else NOTHING
        if policy != was and self._policy_waits(policy):
            effect = self._at_next_start()
        kinds = [kind.name for kind in self._fold.identity.policy.kinds]
        return {
            **self._policy_view(policy),
            "effect": effect,
            "held": self._held(set(policy.blocked) - set(was.blocked), kinds),
        }

    # -- what it says -----------------------------------------------------------

    def _view(self, kind: Kind) -> View:
        view: View = msgspec.to_builtins(kind)
        return {
            **view,
            "built_in": kind.name in BUILT_IN,
            "waiting": self._waits(kind),
        }

    def _waits(self, kind: Kind) -> Names:
        """Name what of a kind state does not go by yet."""
        for known in self._fold.identity.policy.kinds:
            if known.name == kind.name:
                return _differs(kind_of_state(kind), known)
        # Defined a moment ago: its record is on its way.
        return []

    def _policy_view(self, policy: IdentityPolicy) -> View:
        spans = {told: _seconds(getattr(policy, kept)) for told, kept in _SPANS.items()}
        return {
            "blocked": list(policy.blocked),
            **spans,
            "claim_edges_max": policy.claim_edges_max,
            "waiting": self._policy_waits(policy),
        }

    def _policy_waits(self, policy: IdentityPolicy) -> Names:
        known = self._fold.identity.policy
        return [
            name.replace("_us", "_seconds")
            for name in _OF_STATE
            if getattr(policy, name) != getattr(known, name)
        ]

    def _effect(self, kind: Kind, held: Kind | None) -> str:
        if held is None:
            return f"Events may name a {kind.name} from now on."
        if _differs(kind_of_state(kind), kind_of_state(held)) and self._waits(kind):
            return self._at_next_start()
        return FROM_NOW_ON

    def _at_next_start(self) -> str:
        records = self._fold.offset
        seconds = max(1, round(records / REBUILD_RECORDS_PER_S))
        return (
            "Takes effect at the next start; state is then computed again from the log"
            f" (about {seconds:,} s for {records:,} records)."
        )

    def _held(self, blocked: Iterable[str], kinds: Iterable[str]) -> Views:
        """Find who holds a value that is blocked from now on."""
        policy = self._fold.identity.policy
        plain = sorted(value for value in blocked if ANYTHING not in value)
        found: Views = []
        for value in plain[:LOOKED_UP_MAX]:
            for kind in kinds:
                one = normalise(kind, value, "", policy)
                if isinstance(one, Identifier):
                    person_id = self._fold.identity.find(one)
                    if person_id is not None:
                        found.append({"identifier": str(one), "person_id": person_id})
        return found

    def _others(self, policy: KindPolicy, name: str) -> tuple[Kind, ...]:
        """Give all other kinds, under their old ranks too while state goes by these."""
        known = [
            kind
            for kind in self._fold.identity.policy.kinds
            if _differs(kind, kind_of_state(policy.kind(kind.name)))
        ]
        return tuple(kind for kind in (*policy.kinds, *known) if kind.name != name)


def _wanted(name: str, told: View, held: Kind | None) -> Kind:
    wanted: View = {
        field: _word(field, value) if field in _WORDS else value
        for field, value in told.items()
    }
    if held is not None:
        return structs.replace(held, **wanted)
    missing = [field for field in ("role", "rank") if field not in wanted]
    if missing:
        bands = ", ".join(
            f"{role.value}s {ranks.start} to {ranks.stop - 1}"
            for role, ranks in RANKS.items()
        )
        raise InvalidError(
            f"There is no kind '{name}' yet; to define it, say its"
            f" {' and its '.join(missing)}: one of {', '.join(Role)}, ranked {bands}."
        )
    return Kind(name, **wanted)


def _word(field: str, told: str) -> StrEnum:
    words = _WORDS[field]
    try:
        return words(told)
    except ValueError as error:
        raise InvalidError(
            f"'{told}' is no {field} of a kind; it is one of {', '.join(words)}."
        ) from error


def _spans(wanted: View) -> View:
    """Turn spans told in seconds into what is kept."""
    kept = dict(wanted)
    for told, name in _SPANS.items():
        if told in kept:
            seconds = kept.pop(told)
            kept[name] = None if seconds is None else seconds * _SECOND_US
    return kept


def _seconds(span_us: int | None) -> int | None:
    return None if span_us is None else span_us // _SECOND_US


def _differs(one: Kind, other: Kind) -> list[str]:
    return [
        name
        for name in Kind.__struct_fields__
        if getattr(one, name) != getattr(other, name)
    ]
