"""The forms that secrets have, and where in a text they stand.

Found is what begins as its maker says keys begin, or what stands beside the word for
it. A number that is none of these stays: a loyalty card, an order, a telephone. Each
pattern reads on only as far as it says, so no text makes it slow.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from itertools import pairwise

from habitue.access.pasted_cards import cards

MASK = "•••"
Spans = Iterable[tuple[int, int]]
Matches = Iterator[re.Match[str]]


class Pasted(StrEnum):
    """What may be pasted, as an answer names it."""

    PRIVATE_KEY = "private_key"
    KEY = "key"
    TOKEN = "token"  # noqa: S105 - the word for one
    PASSWORD = "password"  # noqa: S105 - the word for one
    CARD = "card"


# Keys by what their makers document: where they begin, and how long they are at least.
_KEYS = re.compile(
    r"(?<![A-Za-z0-9_])(?:"
    # Ours: of servers, of operators, of OAuth clients; of webhooks, as others' too.
    r"(?:sk|op|at)_[\w-]{32,400}(?:\.[\w.-]{1,400})?|whsec_[A-Za-z0-9+/=_-]{20,200}"
    r"|(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"  # Amazon Web Services
    r"|AIza[\w-]{35}|GOCSPX-[\w-]{28}|ya29\.[\w-]{20,2000}|1//0[\w-]{40,200}"  # Google
    r"|(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,250}"  # Stripe
    r"|xox[abeoprs][.-][\w.-]{10,250}|xapp-[\w-]{10,250}"  # Slack
    r"|gh[opsur]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255}"  # GitHub
    r"|gl(?:pat|dt|rt|ptt|ft|soat|imt|cbt|oas|agent|ffct)-[\w.-]{20,300}"  # GitLab
    r"|SG\.[\w-]{16,40}\.[\w-]{30,60}"  # SendGrid
    r"|SK[0-9a-f]{32}"  # Twilio
    r"|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"  # Shopify
    r"|[0-9a-f]{32}-us[0-9]{1,2}"  # Mailchimp
    r"|sk-[\w-]{20,250}|hf_[A-Za-z0-9]{30,60}"  # makers of language models
    r"|(?:npm_|pypi-|do[opr]_v1_|AGE-SECRET-KEY-1)[\w-]{30,300}"
    r"|[0-9]{8,10}:AA[\w-]{33}"  # Telegram
    r")",
    re.ASCII,
)
_HOOKS = re.compile(r"hooks\.slack\.com/services/([\w/-]{20,120})", re.ASCII)
# A JSON Web Token: two objects of JSON as base64, and what signs them.
_SIGNED = re.compile(
    r"(?<![\w-])eyJ[\w-]{8,4000}\.eyJ[\w-]{8,4000}(?:\.[\w-]{0,4000})?", re.ASCII
)
_BEARER = re.compile(r"(?i)\b(?:bearer|basic)\s{1,3}([\w.~+/=-]{16,2000})", re.ASCII)
_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY[A-Z ]{0,10}-----")
_PEM_END = re.compile(r"-----END [A-Z0-9 ]{0,30}PRIVATE KEY[A-Z ]{0,10}-----")
# The word, a colon or an equals sign, and what follows: in quotes, or up to a space.
_VALUE = (
    r"""[ \t"'”’]{0,3}[:=][ \t]{0,3}"""
    r"""(?:"([^"\n]{2,200})"|'([^'\n]{2,200})'|([^\s"']\S{1,199}))"""
)
_WORDS_FOR_ONE = (
    r"(?i)(?<![^\W_])(?:password|passwd|passphrase|passcode|pwd"
    r"|hasło|haslo|hasła|пароль|пароля|құпия ?сөзі?)"
)
_PASSWORDS = re.compile(_WORDS_FOR_ONE + _VALUE)
# Without a colon, or after a word with other meanings, it has to look like one.
_PASSWORDS_TOLD = re.compile(
    _WORDS_FOR_ONE + r"[ \t]{1,3}(?:(?:is|was|to|это|[—–-])[ \t]{1,3})?(\S{5,200})"
)
_PASSES = re.compile(r"(?i)(?<![^\W_])pass" + _VALUE)
_CODES = re.compile(r"(?i)(?<![^\W_])(?:cvv2?|cvc2?)[ \t:=]{1,3}([0-9]{3,4})(?![0-9])")
_NAMED = re.compile(
    r"(?i)(?<![^\W_])(?:secret|token|api[ _-]?key|access[ _-]?key|secret[ _-]?key"
    r"|private[ _-]?key|auth[ _-]?token|client[ _-]?secret|account[ _-]?key"
    r"|klucz(?: api)?|ключ(?: api)?|кілт)" + _VALUE
)
_USER = re.compile(r"(?i)[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{0,100}:([^\s/]{1,200})@")
# Our own tokens and secrets of webhooks have no beginning: 24 random bytes as base64.
_BARE = re.compile(r"(?<![\w.+/=-])[\w-]{32}(?![\w+/=-])", re.ASCII)
_BARE_TURNS, _BARE_EACH = 9, 3
_KEY_CHARS = 8


def found(text: str) -> Iterator[tuple[int, int, Pasted]]:
    """Say where in a text something looks like a secret, and like what."""
    for kind, spans in _ways(text):
        for start, end in spans:
            # What was masked before is no secret any more.
            if not text.startswith(MASK, start):
                yield start, end, kind


def _ways(text: str) -> Iterator[tuple[Pasted, Spans]]:
    yield Pasted.PRIVATE_KEY, _private_keys(text)
    yield Pasted.KEY, (one.span() for one in _KEYS.finditer(text))
    yield Pasted.KEY, _values(_HOOKS.finditer(text))
    yield Pasted.KEY, _values(_NAMED.finditer(text), _is_long_and_mixed)
    # Our own tokens, and secrets of webhooks.
    yield Pasted.KEY, _values(_BARE.finditer(text), _is_random)
    yield Pasted.TOKEN, (one.span() for one in _SIGNED.finditer(text))
    yield Pasted.TOKEN, _values(_BEARER.finditer(text), _is_long_and_mixed)
    yield Pasted.PASSWORD, _values(_PASSWORDS.finditer(text))
    yield Pasted.PASSWORD, _values(_PASSWORDS_TOLD.finditer(text), _is_like_one)
    yield Pasted.PASSWORD, _values(_PASSES.finditer(text), _is_like_one)
    yield Pasted.PASSWORD, _values(_USER.finditer(text))
    yield Pasted.CARD, _values(_CODES.finditer(text))
    yield Pasted.CARD, cards(text)


def _private_keys(text: str) -> Spans:
    """Find private keys; one without an end goes on to the end of the text."""
    at = 0
    while begin := _PEM.search(text, at):
        end = _PEM_END.search(text, begin.end())
        at = end.end() if end else len(text)
        yield begin.start(), at


def _values(matches: Matches, takes: Callable[[str], bool] = bool) -> Spans:
    """Find what stands in the group of a match: the word before it stays."""
    for match in matches:
        start, end = match.span(match.lastindex or 0)
        value = match.string[start:end].rstrip(".,;)")
        if takes(value):
            yield start, start + len(value)


def _is_random(text: str) -> bool:
    """Say whether letters large and small turn about as chance has it.

    An id of ours is hexadecimal, and a name in it has words: neither does.
    """
    kinds = ["a" if one.islower() else "A" if one.isupper() else "0" for one in text]
    turns = sum(one != other for one, other in pairwise(kinds))
    mixed = min(kinds.count("a"), kinds.count("A")) >= _BARE_EACH
    return mixed and turns >= _BARE_TURNS


def _is_like_one(value: str) -> bool:
    """Say whether a word after the word for a password is no word of a sentence.

    >>> _is_like_one("kotek7"), _is_like_one("again"), _is_like_one("27.11.2026")
    (True, False, False)
    """
    has_digit = any(one.isdigit() for one in value)
    return has_digit and any(one.isalpha() for one in value) and "@" not in value


def _is_long_and_mixed(value: str) -> bool:
    """Say whether something is as long as a key, and has what no word has.

    >>> _is_long_and_mixed("fJ8sPq0aLm2"), _is_long_and_mixed("recommendations")
    (True, False)
    """
    mixed = any(not one.isalpha() or one.isupper() for one in value[1:].strip("-/"))
    return len(value) >= _KEY_CHARS and mixed and not value.isdigit()
