"""Kinds as a shop defines them: what may be defined, and the policy that comes of it.

A definition of "kind" is the whole text of one kind, one of "identity_policy" is what
holds for all. The door goes by the latest at once. State goes by what it began with,
for a limit or a rank that changes has always been otherwise: it is computed anew. Only
a kind that was never defined before is taken in where its definition stands in the
log, since no record before that names one of it.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence

import msgspec
from msgspec.structs import replace

from habitue.base.errors import InvalidError
from habitue.identity.blocked import ANYTHING
from habitue.identity.forms import VALUE_CHARS_MAX
from habitue.identity.kinds import default_policy
from habitue.model.kind import (
    DEFAULT_KINDS,
    RANKS,
    Form,
    IdentityPolicy,
    Kind,
    KindPolicy,
    Move,
    Role,
    with_kind,
)
from habitue.model.source import Writer

# What definition records of these are called; of the second there is one.
KIND, POLICY, SHOP = "kind", "identity_policy", "shop"
BUILT_IN = {kind.name: kind for kind in DEFAULT_KINDS}

KINDS_MAX = 64
LIMIT_MAX = 1000
BLOCKED_MAX = 5000
BLOCKED_OF_KIND_MAX = 1000
# Each is tried on each new value.
WILDCARDS_MAX = 100
HOLD_MIN_US = 60_000_000
SPAN_MAX_US = 400 * 86_400_000_000
CLAIM_EDGES_MAX = 10_000

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def policy_of(kinds: Iterable[Kind], shop: IdentityPolicy) -> KindPolicy:
    """Lay what a shop defined over what holds without it."""
    policy = replace(
        default_policy(),
        blocked=shop.blocked,
        hold_us=shop.hold_us,
        adopt_us=shop.adopt_us,
        shared_hold_us=shop.shared_hold_us,
        claim_edges_max=shop.claim_edges_max,
    )
    for kind in kinds:
        policy = with_kind(policy, kind)
    return policy


def kind_of_state(kind: Kind) -> Kind:
    """Leave out what only the door asks: who may tell one, and what is never one."""
    return replace(kind, claim=Writer.PUBLIC, closed=False, blocked=())


def policy_of_state(policy: KindPolicy) -> KindPolicy:
    """Leave out of a policy what only the door asks."""
    kinds = tuple(kind_of_state(kind) for kind in policy.kinds)
    return replace(policy, kinds=kinds, blocked=())


def stamp(policy: KindPolicy, as_first: Collection[str]) -> str:
    """Name what state depends on in a policy; state under another name is no good.

    as_first: the kinds that still are what they were first defined as. State took
    them in where they were defined, so it is right with and without them.
    """
    held = policy_of_state(policy)
    told = (
        [kind for kind in held.kinds if kind.name not in as_first],
        held.hold_us,
        held.adopt_us,
        held.shared_hold_us,
        held.claim_edges_max,
    )
    return hashlib.blake2b(msgspec.json.encode(told), digest_size=8).hexdigest()


def check_kind(kind: Kind, others: Sequence[Kind], held: Kind | None) -> Kind:
    """Refuse a kind that can't work, with the way out; give it in one form.

    others: the other kinds there are. held: what it is so far, None if it is new.
    """
    if not _NAME.fullmatch(kind.name):
        raise InvalidError(
            f"'{kind.name}' can't name a kind; use a small letter, then small letters,"
            " digits and _, up to 40 of them."
        )
    if held is None and len(others) >= KINDS_MAX:
        raise InvalidError(f"There are {KINDS_MAX} kinds already, and can be no more.")
    _check_same(kind, held)
    _check_rank(kind, others)
    _check_role(kind)
    return replace(kind, blocked=check_blocked(kind.blocked, BLOCKED_OF_KIND_MAX))


def _check_same(kind: Kind, held: Kind | None) -> None:
    if held is None:
        return
    for field in ("role", "form"):
        told, is_now = getattr(kind, field), getattr(held, field)
        if told is not is_now:
            raise InvalidError(
                f"The {field} of '{kind.name}' is '{is_now.value}' and stays so, since"
                f" the log may hold some; define another kind for '{told.value}'."
            )


def _check_rank(kind: Kind, others: Sequence[Kind]) -> None:
    allowed = RANKS[kind.role]
    if kind.rank not in allowed:
        raise InvalidError(
            f"Rank {kind.rank} is not for {kind.role.value}s; '{kind.name}' needs one"
            f" from {allowed.start} to {allowed.stop - 1}, and 1 is the highest."
        )
    taken = {other.rank: other.name for other in others}
    if kind.rank in taken:
        free = [rank for rank in allowed if rank not in taken]
        near = min(free, key=lambda rank: abs(rank - kind.rank), default=None)
        raise InvalidError(
            f"Rank {kind.rank} is taken by '{taken[kind.rank]}'; '{kind.name}' needs"
            f" one of its own from {allowed.start} to {allowed.stop - 1}"
            + ("." if near is None else f", as {near}.")
        )


def _check_role(kind: Kind) -> None:
    if not 1 <= kind.limit <= LIMIT_MAX:
        raise InvalidError(
            f"The limit of '{kind.name}' is {kind.limit}; it must be a whole number"
            f" from 1 to {LIMIT_MAX}."
        )
    if kind.role is Role.CONTACT:
        return
    for field, plain in (("move", Move.STAY), ("form", (Form.TEXT, Form.CARD))):
        told = getattr(kind, field)
        if told not in plain:
            raise InvalidError(
                f"Only a contact has the {field} '{told.value}', and '{kind.name}' is"
                f" {'an' if kind.role is Role.ANCHOR else 'a'} {kind.role.value}; leave"
                f" {field} out, or make it a contact."
            )


def check_blocked(told: Iterable[str], most: int = BLOCKED_MAX) -> tuple[str, ...]:
    """Refuse a list of values that can't work; give each value once.

    >>> check_blocked([" Walk-in ", "walk-in", "till**"])
    ('Walk-in', 'till*')
    """
    values: dict[str, str] = {}
    for value in told:
        mended = re.sub(r"\*+", ANYTHING, value.strip())
        _check_value(value, mended)
        values.setdefault(mended.casefold(), mended)
    if len(values) > most:
        raise InvalidError(
            f"The list has {len(values)} values; {most} is the limit. Write what is"
            f" alike as one value with a {ANYTHING}."
        )
    wild = sum(ANYTHING in value for value in values)
    if wild > WILDCARDS_MAX:
        raise InvalidError(
            f"{wild} values of the list have a {ANYTHING}; {WILDCARDS_MAX} is the"
            " limit. Join some, or list the values themselves."
        )
    return tuple(values.values())


def _check_value(told: str, value: str) -> None:
    if not value.replace(ANYTHING, "").strip():
        raise InvalidError(
            f"'{told[:40]}' would block every value; name at least one character"
            f" beside {ANYTHING}."
        )
    if len(value) > VALUE_CHARS_MAX or not value.isprintable():
        raise InvalidError(
            f"'{value[:40]!a}' can't be blocked: a value has at most {VALUE_CHARS_MAX}"
            " characters, all of them printable."
        )


def check_policy(policy: IdentityPolicy) -> IdentityPolicy:
    """Refuse what can't hold for all kinds, with the way out; give it in one form."""
    spans = {
        "hold": policy.hold_us,
        "shared hold": policy.shared_hold_us,
        "adopt": policy.adopt_us,
    }
    for name, span_us in spans.items():
        least_us = 0 if name == "adopt" else HOLD_MIN_US
        if span_us is not None and not least_us <= span_us <= SPAN_MAX_US:
            raise InvalidError(
                f"The span '{name}' is {span_us / 1e6:g} s; it must be from"
                f" {least_us // 1_000_000} to {SPAN_MAX_US // 1_000_000} s."
            )
    if not 1 <= policy.claim_edges_max <= CLAIM_EDGES_MAX:
        raise InvalidError(
            f"claim_edges_max is {policy.claim_edges_max}; it must be from 1 to"
            f" {CLAIM_EDGES_MAX}."
        )
    return replace(policy, blocked=check_blocked(policy.blocked))
