"""Numbers of payment cards in a text, told apart from those of loyalty cards and goods.

A card is 13 to 19 digits of a range that is given out, with a check digit by Luhn, and
written whole or in the groups that are printed on cards.
"""

import re
from collections.abc import Iterator, Sequence

# Digits in groups: what stands between two is a space, a dash or a dot, or a few.
_RUN = re.compile(r"[0-9]+(?:[\s.\u2010-\u2015-]{1,3}[0-9]+)*")
_GROUP = re.compile(r"[0-9]+")
_SHAPES = frozenset({(4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4), (4, 4, 4, 1)})
_SHAPE_MAX = max(map(len, _SHAPES))
# First digits, from and to, and how many digits such a card has.
_RANGES = (
    ("4", "4", frozenset({13, 16, 19})),  # Visa
    ("51", "55", frozenset({16})),  # Mastercard
    ("2221", "2720", frozenset({16})),
    ("34", "34", frozenset({15})),  # American Express
    ("37", "37", frozenset({15})),
    ("6011", "6011", frozenset(range(16, 20))),  # Discover
    ("644", "659", frozenset(range(16, 20))),
    ("300", "305", frozenset(range(14, 20))),  # Diners Club
    ("36", "36", frozenset(range(14, 20))),
    ("38", "39", frozenset(range(14, 20))),
    ("3528", "3589", frozenset(range(16, 20))),  # JCB
    ("62", "62", frozenset(range(16, 20))),  # UnionPay
    ("2200", "2204", frozenset(range(16, 20))),  # Mir
    ("5018", "5018", frozenset(range(13, 20))),  # Maestro
    ("5020", "5020", frozenset(range(13, 20))),
    ("5038", "5038", frozenset(range(13, 20))),
    ("6304", "6304", frozenset(range(13, 20))),
    ("6759", "6759", frozenset(range(13, 20))),
    ("6761", "6763", frozenset(range(13, 20))),
)
_DIGITS_MIN, _DIGITS_MAX = 13, 19
# A word is so long at least: three letters of a hexadecimal id are rarer than those.
_WORD = 3
# An account (IBAN) of digits alone behind its land; in Poland it is written without.
_LAND = re.compile(r"(?<![A-Z])([A-Z]{2})$")
_ACCOUNT_DIGITS_MIN, _ACCOUNT_DIGITS_MAX, _MODULUS = 14, 32, 97
_POLISH_DIGITS, _POLAND = 26, "PL"


def cards(text: str) -> Iterator[tuple[int, int]]:
    """Say where in a text numbers of payment cards stand.

    >>> text = "paid by 4111 1111 1111 1111, her loyalty card is 2901234567896"
    >>> [text[start:end] for start, end in cards(text)]
    ['4111 1111 1111 1111']
    """
    for run in _RUN.finditer(text):
        if len(run[0]) < _DIGITS_MIN or _is_account(text, run):
            continue
        for start, end in _in_run([*_GROUP.finditer(text, *run.span())]):
            if not _is_inside(text, start, end):
                yield start, end


def is_card(digits: str) -> bool:
    """Say whether digits are a number that a payment card may have.

    >>> is_card("4111111111111111"), is_card("4111111111111112"), is_card("7" * 16)
    (True, False, False)
    """
    if not (_DIGITS_MIN <= len(digits) <= _DIGITS_MAX and _is_given_out(digits)):
        return False
    # 13 digits are those of goods far more often; a number that fits both is theirs.
    is_goods = len(digits) == _DIGITS_MIN and _is_ean(digits)
    return luhn(digits) == 0 and not is_goods


def luhn(digits: str) -> int:
    """Add digits up as Luhn does; nought where the check digit is right."""
    told = [int(one) for one in reversed(digits)]
    doubled = (2 * one - 9 * (one > 4) for one in told[1::2])
    return (sum(told[::2]) + sum(doubled)) % 10


def _in_run(groups: Sequence[re.Match[str]]) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(groups):
        most = min(_SHAPE_MAX, len(groups) - at)
        count = next((n for n in range(most, 0, -1) if _fits(groups[at : at + n])), 0)
        if count:
            yield groups[at].start(), groups[at + count - 1].end()
        at += count or 1


def _is_inside(text: str, start: int, end: int) -> bool:
    """Say whether digits are part of an id; a word right before them makes none."""
    before = text[max(0, start - _WORD) : start]
    glued = before[-1:].isalnum() and not (len(before) == _WORD and before.isalpha())
    return glued or text[end : end + 1].isalnum()


def _fits(groups: Sequence[re.Match[str]]) -> bool:
    shape = tuple(len(one[0]) for one in groups)
    if len(shape) > 1 and shape not in _SHAPES:
        return False
    return is_card("".join(one[0] for one in groups))


def _is_given_out(digits: str) -> bool:
    return any(
        low <= digits[: len(low)] <= high and len(digits) in lengths
        for low, high, lengths in _RANGES
    )


def _is_ean(digits: str) -> bool:
    weighed = (int(one) * (3 if at % 2 else 1) for at, one in enumerate(digits))
    return sum(weighed) % 10 == 0


def _is_account(text: str, run: re.Match[str]) -> bool:
    """Say whether digits are a bank account: it is to be paid to, and opens nothing."""
    digits = "".join(_GROUP.findall(run[0][: 2 * _ACCOUNT_DIGITS_MAX]))
    if not _ACCOUNT_DIGITS_MIN <= len(digits) <= _ACCOUNT_DIGITS_MAX:
        return False
    land = _LAND.search(text, max(0, run.start() - 3), run.start())
    if land is None and len(digits) != _POLISH_DIGITS:
        return False
    letters = land[1] if land else _POLAND
    told = "".join(str(int(one, 36)) for one in letters)
    return int(digits[2:] + told + digits[:2]) % _MODULUS == 1
