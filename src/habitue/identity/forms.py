"""The forms of identifiers: how what was told becomes the one value that is kept."""

import re
import unicodedata
from collections.abc import Callable

from habitue.model.kind import Form

# Longer values are no names of people; an address has at most 254 characters.
VALUE_CHARS_MAX = 256
EMAIL_CHARS_MAX = 254

# Characters one can't see, brought along by copying: they stand for nothing.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_CARD_FILL = dict.fromkeys(map(ord, " \t\u00a0-\u2010\u2011\u2012\u2013\u2014\u2212"))
_EMAIL = re.compile(r"[^\s@<>(),;:\"\\]+@[^\s@<>(),;:\"\\]+\.[^\s@<>(),;:\"\\]+")
_ONE_DIGIT = re.compile(r"(\d)\1*")


def as_text(value: object) -> str | None:
    """Take text and whole numbers; a flag, a fraction or an object names nobody."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def shown(value: object) -> str:
    """Show what was told, shortened, in characters that any store can keep."""
    text = value if isinstance(value, str) else repr(value)
    safe = text[:VALUE_CHARS_MAX].encode("utf-8", "replace").decode()
    return safe.replace("\x00", "\ufffd")


def plain_of(text: str) -> str:
    """Take away what stands for nothing: blanks around it, characters nobody sees."""
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


FORMS: dict[Form, Callable[[str, str], str | None]] = {
    Form.TEXT: _text,
    Form.CARD: _card,
    Form.EMAIL: _email,
    Form.PHONE: _phone,
}
