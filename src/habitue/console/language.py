"""The languages of the console: its words, and how numbers, money and dates look."""

import gettext
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from habitue.base.money import digits
from habitue.console.text import visible

# By the code in cookies and headers: what its speakers call it.
LANGUAGES = {"en": "English", "pl": "Polski", "ru": "Русский", "kk": "Қазақша"}
FIRST = "en"
# Day first and 24 hours in English, too: the shops are in Europe and Kazakhstan.
_LOCALES = {"en": "en_GB", "pl": "pl", "ru": "ru", "kk": "kk"}


class Language:
    """Says things in one language."""

    def __init__(self, code: str, catalogue: gettext.NullTranslations) -> None:
        self.code = code
        self.name = LANGUAGES[code]
        self._catalogue = catalogue
        self._locale_name = _LOCALES[code]

    def say(self, text: str, /, **values: Any) -> str:
        """Say a sentence of the console's; values stand in it made visible."""
        return _filled(self._catalogue.gettext(text), values)

    def some(self, one: str, many: str, count: int, /, **values: Any) -> str:
        """Say a sentence with a count in it, as the language counts."""
        told = self._catalogue.ngettext(one, many, count)
        return _filled(told, {"count": self.number(count), **values})

    def number(self, value: object) -> str:
        """Write a number as the language does; anything else as it is."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return visible(value)
        return _number(value, self._locale_name)

    def money(self, minor: object, currency: str) -> str:
        """Write minor units of a currency; anything else as it is."""
        if isinstance(minor, bool) or not isinstance(minor, int):
            return visible(minor)
        return _money(minor, currency, self._locale_name)

    def month(self, day: date) -> str:
        """Write the month of a day with its year, in the language's own order."""
        return _month(day, self._locale_name)

    def date(self, day: date, form: str) -> str:
        """Write a day, by a pattern of CLDR."""
        return _written(day, form, self._locale_name)


@cache
def language(code: str) -> Language:
    """Give a language by its code, read once; the first one where there is none."""
    if code not in LANGUAGES:
        return language(FIRST)
    return Language(code, catalogue("habitue.console", code))


def chosen(cookie: str, header: str) -> Language:
    """Give the language somebody chose, or else the first their browser asks for."""
    if cookie in LANGUAGES:
        return language(cookie)
    asked = (part.partition(";")[0].strip()[:2].lower() for part in header.split(","))
    return language(next((code for code in asked if code in LANGUAGES), FIRST))


def later(text: str) -> str:
    """Mark a text that is said later, so that it stands in the catalogues."""
    return text


def catalogue(package: str, code: str) -> gettext.NullTranslations:
    """Read the words of a package in a language; in the first one they are its own."""
    if code == FIRST:
        return gettext.NullTranslations()
    told = files(package).joinpath(f"languages/{code}.po").read_bytes()
    made = BytesIO()
    write_mo(made, read_po(BytesIO(told), locale=code))
    made.seek(0)
    return gettext.GNUTranslations(made)


def _filled(text: str, values: dict[str, Any]) -> str:
    if not values:
        return text
    return text % {name: visible(value) for name, value in values.items()}


# Pages are full of small counts, and tell a sum in more than one place.
@lru_cache(maxsize=20_000)
def _number(value: float, locale: str) -> str:
    return str(format_decimal(value, locale=_parsed(locale)))


@lru_cache(maxsize=20_000)
def _money(minor: int, currency: str, locale: str) -> str:
    amount = Decimal(minor).scaleb(-digits(currency))
    if not (currency.isascii() and currency.isalpha() and len(currency) == 3):
        return f"{format_decimal(amount, locale=_parsed(locale))} {visible(currency)}"
    # Every digit of it is shown, also where others leave out the pennies.
    written = format_currency(
        amount, currency, locale=_parsed(locale), decimal_quantization=False
    )
    return str(written)


@cache
def _parsed(locale: str) -> Locale:
    return Locale.parse(locale)


# A page tells a few days many times, and other pages tell the same ones.
@lru_cache(maxsize=5_000)
def _written(day: date, form: str, locale: str) -> str:
    return str(format_date(day, form, locale=locale))


# Months of reports are few, and told over and over.
@lru_cache(maxsize=1_000)
def _month(day: date, locale: str) -> str:
    return str(format_skeleton("yMMM", day, locale=locale))
