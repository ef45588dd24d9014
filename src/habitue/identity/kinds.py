"""From what was told to an identifier: normalised by its kind, or unused and why."""

import re
from collections.abc import Callable
from functools import lru_cache

from habitue.identity.blocked import BLOCKED_PATTERNS, BLOCKED_VALUES, Blocked
from habitue.identity.forms import (
    FORMS,
    VALUE_CHARS_MAX,
    as_text,
    plain_of,
    shown,
)
from habitue.model.event import Unused
from habitue.model.identifier import Identifier
from habitue.model.kind import DEFAULT_KINDS, Form, KindPolicy

# How many answers are remembered, twice: an identifier is told again and again.
MEMO_MAX = 50_000

COUNTRIES_MAX = 64

UNKNOWN_KIND = "unknown_kind"
CLOSED = "closed_kind"
BLOCKED = "blocked"
EMPTY = "empty"
TOO_LONG = "too_long"
MALFORMED = "malformed"
NOT_TEXT = "not_text"

# Control characters and halves of surrogate pairs: no store can be trusted with them.
_UNKEEPABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

Answer = Identifier | Unused
# Normalises (kind, value) under one policy, for sources of one country.
Bound = Callable[[str, object], Answer]


@lru_cache(maxsize=1)
def default_policy() -> KindPolicy:
    """Give the policy of a shop that has said nothing else."""
    return KindPolicy(DEFAULT_KINDS, BLOCKED_VALUES, BLOCKED_PATTERNS)


def normalise(kind: str, value: object, country: str, policy: KindPolicy) -> Answer:
    """Turn a told value into the identifier it stands for, or say why it is unused.

    country: the region whose phone numbers come without a country code.

    >>> normalise("email", " Anna@Example.COM ", "GB", default_policy())
    Identifier(kind='email', value='anna@example.com')
    >>> normalise("user_id", "[object Object]", "GB", default_policy()).reason
    'blocked'
    """
    return normaliser(policy).bind(country)(kind, value)


def bind(policy: KindPolicy, country: str) -> Bound:
    """Give what normalises for a policy and a country: bind once, call often.

    >>> bind(default_policy(), "GB")("user_id", " u1 ")
    Identifier(kind='user_id', value='u1')
    """
    return normaliser(policy).bind(country)


class Normaliser:
    """Normalises under one policy and remembers the latest answers, boundedly."""

    def __init__(self, policy: KindPolicy) -> None:
        self._kinds = {kind.name: kind for kind in policy.kinds}
        ours = (policy.blocked_values, policy.blocked_patterns)
        self._blocked = {
            kind.name: Blocked(*ours, (*policy.blocked, *kind.blocked))
            for kind in policy.kinds
        }
        self._bound: dict[str, Bound] = {}
        # Of what a country changes nothing in, all countries share the answers.
        self._shared = {
            kind.name: _Memo(self, kind.name, "")
            for kind in policy.kinds
            if kind.form is not Form.PHONE
        }
        self._memos = [*self._shared.values()]
        self._remembered = 0

    def __call__(self, kind: str, value: object, country: str) -> Answer:
        return self.bind(country)(kind, value)

    def bind(self, country: str) -> Bound:
        """Give what normalises for a country."""
        bound = self._bound.get(country)
        if bound is None:
            if len(self._bound) >= COUNTRIES_MAX:
                self._forget_countries()
            bound = _bound(self._memos_of(country))
            self._bound[country] = bound
        return bound

    def _memos_of(self, country: str) -> "dict[str, _Memo]":
        own = {
            kind: _Memo(self, kind, country)
            for kind in self._kinds
            if kind not in self._shared
        }
        self._memos += own.values()
        return self._shared | own

    def _forget_countries(self) -> None:
        self._bound.clear()
        self._memos = [*self._shared.values()]

    @property
    def remembered(self) -> int:
        """Count the answers in memory."""
        return sum(len(memo) + len(memo.older) for memo in self._memos)

    def remember(self) -> None:
        """Make room for one more answer.

        Two generations: what is asked again survives, the rest is let go at once.
        """
        self._remembered += 1
        if self._remembered > MEMO_MAX:
            self._remembered = 1
            for memo in self._memos:
                memo.older = dict(memo)
                memo.clear()

    def answer(self, kind: str, text: str, country: str) -> Answer:
        """Work an answer out."""
        known = self._kinds[kind]
        if known.closed:
            return Unused(kind, shown(text), CLOSED)
        plain = plain_of(text)
        blocked = self._blocked[kind].has
        reason = _unusable(plain) or (BLOCKED if blocked(plain) else None)
        if reason is not None:
            return Unused(kind, shown(text), reason)
        value = FORMS[known.form](plain, country)
        if value is None:
            return Unused(kind, shown(text), MALFORMED)
        # A value may come out as a blocked one that it did not look like.
        if value != plain and blocked(value):
            return Unused(kind, shown(text), BLOCKED)
        return Identifier(kind, value)


class _Memo(dict[object, Answer]):
    """Answers for one kind by told text; what is not in it is worked out and kept.

    Being a dict, it answers again what was asked lately without a call of ours.
    """

    __slots__ = ("_country", "_kind", "_of", "older")

    def __init__(self, of: Normaliser, kind: str, country: str) -> None:
        super().__init__()
        self._of = of
        self._kind = kind
        self._country = country
        self.older: dict[object, Answer] = {}

    def __missing__(self, value: object) -> Answer:
        text = as_text(value)
        if text is None:
            return Unused(self._kind, shown(value), NOT_TEXT)
        if text is not value:
            return self[text]
        answer = self.older.get(text)
        if answer is None:
            answer = self._of.answer(self._kind, text, self._country)
        # A long value is unused and not worth its room.
        if len(text) <= VALUE_CHARS_MAX:
            self._of.remember()
            self[text] = answer
        return answer


def _bound(memos: dict[str, _Memo]) -> Bound:
    def normalise_bound(kind: str, value: object) -> Answer:
        try:
            return memos[kind][value]
        except (KeyError, TypeError):
            # No such kind, or a value that can't be looked up: a list, an object.
            memo = memos.get(kind)
            if memo is None:
                return Unused(kind, shown(value), UNKNOWN_KIND)
            return memo.__missing__(value)

    return normalise_bound


# By identity, and holding the policy so that the number can't be reused: hashing a
# policy costs more than normalising.
_NORMALISERS: dict[int, tuple[KindPolicy, Normaliser]] = {}
_POLICIES_MAX = 16


def normaliser(policy: KindPolicy) -> Normaliser:
    """Give what normalises under a policy."""
    held = _NORMALISERS.get(id(policy))
    if held is None:
        if len(_NORMALISERS) >= _POLICIES_MAX:
            _NORMALISERS.clear()
        held = (policy, Normaliser(policy))
        _NORMALISERS[id(policy)] = held
    return held[1]


def _unusable(plain: str) -> str | None:
    if not plain:
        return EMPTY
    if len(plain) > VALUE_CHARS_MAX:
        return TOO_LONG
    # What can be printed has none of them, which is told at once.
    is_odd = not plain.isprintable() and _UNKEEPABLE.search(plain)
    return MALFORMED if is_odd else None
