"""From what was told to an identifier: normalised by its kind, or unused and why."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from habitue.identity.blocked import BLOCKED_PATTERNS, BLOCKED_VALUES
from habitue.model.event import Unused
from habitue.model.identifier import Identifier
from habitue.model.kind import DEFAULT_KINDS, KindPolicy

# Longer values are no names of people; an address has at most 254 characters.
VALUE_CHARS_MAX = 256
EMAIL_CHARS_MAX = 254
# How many answers are remembered, twice: an identifier is told again and again.
MEMO_MAX = 50_000

UNKNOWN_KIND = "unknown_kind"
BLOCKED = "blocked"
EMPTY = "empty"
TOO_LONG = "too_long"
MALFORMED = "malformed"
NOT_TEXT = "not_text"

# Characters one can't see, brought along by copying: they stand for nothing.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_CARD_FILL = dict.fromkeys(map(ord, " \t\u00a0-\u2010\u2011\u2012\u2013\u2014\u2212"))
_EMAIL = re.compile(r"[^\s@<>(),;:\"\\]+@[^\s@<>(),;:\"\\]+\.[^\s@<>(),;:\"\\]+")
# Control characters and halves of surrogate pairs: no store can be trusted with them.
_UNKEEPABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ONE_DIGIT = re.compile(r"(\d)\1*")

Answer = Identifier | Unused


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
    return _normaliser(policy)(kind, value, country)


class Normaliser:
    """Normalises under one policy and remembers the latest answers, boundedly."""

    def __init__(self, policy: KindPolicy) -> None:
        self._kinds = {kind.name: kind for kind in policy.kinds}
        self._blocked = {one.casefold() for one in policy.blocked_values}
        self._pattern = _any_of(policy.blocked_patterns)
        self._memo: dict[tuple[str, str, str], Answer] = {}
        self._older: dict[tuple[str, str, str], Answer] = {}

    def __call__(self, kind: str, value: object, country: str) -> Answer:
        text = _as_text(value)
        if text is None:
            return Unused(kind, _shown(value), NOT_TEXT)
        asked = (kind, text, country)
        answer = self._memo.get(asked)
        if answer is None:
            answer = self._older.get(asked) or self._answer(kind, text, country)
            self._remember(asked, answer)
        return answer

    def _remember(self, asked: tuple[str, str, str], answer: Answer) -> None:
        # Two generations: what is asked again survives, the rest is let go at once.
        # A long value is unused and not worth its room.
        if len(asked[1]) > VALUE_CHARS_MAX:
            return
        if len(self._memo) >= MEMO_MAX:
            self._older, self._memo = self._memo, {}
        self._memo[asked] = answer

    def _answer(self, kind: str, text: str, country: str) -> Answer:
        known = self._kinds.get(kind)
        if known is None:
            return Unused(kind, _shown(text), UNKNOWN_KIND)
        plain = _plain(text)
        reason = self._unusable(plain)
        if reason is not None:
            return Unused(kind, _shown(text), reason)
        value = _FORMS[known.form](plain, country)
        if value is None:
            return Unused(kind, _shown(text), MALFORMED)
        # A value may come out as a blocked one that it did not look like.
        if self._is_blocked(value):
            return Unused(kind, _shown(text), BLOCKED)
        return Identifier(kind, value)

    def _unusable(self, plain: str) -> str | None:
        if not plain:
            return EMPTY
        if len(plain) > VALUE_CHARS_MAX:
            return TOO_LONG
        if _UNKEEPABLE.search(plain):
            return MALFORMED
        return BLOCKED if self._is_blocked(plain) else None

    def _is_blocked(self, value: str) -> bool:
        folded = value.casefold()
        return folded in self._blocked or bool(
            self._pattern and self._pattern.fullmatch(folded)
        )


# By identity, and holding the policy so that the number can't be reused: hashing a
# policy costs more than normalising.
_NORMALISERS: dict[int, tuple[KindPolicy, Normaliser]] = {}
_POLICIES_MAX = 16


def _normaliser(policy: KindPolicy) -> Normaliser:
    held = _NORMALISERS.get(id(policy))
    if held is None:
        if len(_NORMALISERS) >= _POLICIES_MAX:
            _NORMALISERS.clear()
        held = (policy, Normaliser(policy))
        _NORMALISERS[id(policy)] = held
    return held[1]


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    if not patterns:
        return None
    return re.compile("|".join(f"(?:{one})" for one in patterns))


def _as_text(value: object) -> str | None:
    """Take text and whole numbers; a flag, a fraction or an object names nobody."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def _shown(value: object) -> str:
    """Show what was told, shortened, in characters that any store can keep."""
    text = value if isinstance(value, str) else repr(value)
    safe = text[:VALUE_CHARS_MAX].encode("utf-8", "replace").decode()
    return safe.replace("\x00", "\ufffd")


def _plain(text: str) -> str:
    if len(text) > 4 * VALUE_CHARS_MAX:
        # Normalising megabytes to find them too long would be a gift to an attacker.
        return text[: 4 * VALUE_CHARS_MAX]
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFC", text.translate(_INVISIBLE)).strip()


def _text(plain: str, _country: str) -> str | None:
    return plain


def _card(plain: str, _country: str) -> str | None:
    """Take the blanks and dashes out of a card's number.

    >>> _card("6364 0010-22", "GB")
    '6364001022'
    """
    return plain.translate(_CARD_FILL) or None


def _email(plain: str, _country: str) -> str | None:
    """Lower an address and write its domain in ASCII; None if it is no address.

    >>> _email("Anna@Bücher.Example.", "DE")
    'anna@xn--bcher-kva.example'
    """
    if not _EMAIL.fullmatch(plain):
        return None
    local, _, domain = plain.rpartition("@")
    ascii_domain = _ascii_domain(domain.rstrip(".").lower())
    if ascii_domain is None:
        return None
    address = f"{local.lower()}@{ascii_domain}"
    return address if len(address) <= EMAIL_CHARS_MAX else None


def _ascii_domain(domain: str) -> str | None:
    if domain.isascii():
        good = all(0 < len(label) <= 63 for label in domain.split("."))
        return domain if good else None
    # The standard library's codec is the old IDNA, for which straße.example and
    # strasse.example, two owners' domains, are one. Read late: few need it.
    import idna  # noqa: PLC0415

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return None


def _phone(plain: str, country: str) -> str | None:
    """Write a phone number as E.164; None if it can't be one.

    >>> _phone("020 7946 0018", "GB")
    '+442079460018'
    """
    # Read late: it takes a moment, and a shop without phones never needs it.
    import phonenumbers  # noqa: PLC0415

    try:
        number = phonenumbers.parse(plain, country.upper() or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    # 1111111 is typed to get past a form.
    if _ONE_DIGIT.fullmatch(str(number.national_number)):
        return None
    e164: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return e164


_FORMS: dict[str, Callable[[str, str], str | None]] = {
    "text": _text,
    "card": _card,
    "email": _email,
    "phone": _phone,
}
