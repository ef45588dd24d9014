"""What is compared of somebody: fields folded so that spelling alone parts nobody.

Names, streets and towns are folded as the search folds them: no case, no diacritics,
Cyrillic as Latin. So Светлана Щукина and Świetlana Szczukina are the same words.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from habitue.profile.names import folded

# In order of what tells most; those of a labelled file are the same.
FIELDS = (
    *("number", "email", "phone", "birth", "last", "first"),
    *("street", "postcode", "city"),
)
Fields = dict[str, str]

_NAMES = {
    "first": ("first_name", "firstName", "given_name"),
    "last": ("last_name", "lastName", "surname", "family_name"),
    "whole": ("name", "full_name"),
}
_OTHERS = {
    "birth": ("birthday", "date_of_birth", "birth_date", "birthDate", "dob"),
    "email": ("email",),
    "phone": ("phone", "mobile", "telephone"),
    "number": ("national_id", "pesel", "iin", "tax_id"),
}
_PLACES = {
    "street": ("street", "address_1", "address1", "line1"),
    "city": ("city", "town", "suburb"),
    "postcode": ("postalCode", "postal_code", "postcode", "zip"),
}
# Of a name in three words these are of the father, and often left out.
_OF_FATHER = re.compile(r"(ovih|evih|ihna|ovna|evna|ulu|uli|kizi)$")
_YEAR_FIRST = re.compile(r"^(\d{4})\D?(\d{1,2})\D?(\d{1,2})(?:\D|$)")
_DAY_FIRST = re.compile(r"^(\d{1,2})\D(\d{1,2})\D(\d{4})(?:\D|$)")
_CHARS_MAX = 200
# Of a telephone number the end: with the country's code or without.
_PHONE_DIGITS = 9


def told_of(traits: Mapping[str, Any], contacts: Iterable[tuple[str, str]]) -> Fields:
    """Give the fields of a person as they were told, from traits, else from contacts.

    contacts: kind and value of identifiers. A name told whole stands under "whole".
    """
    address = traits.get("address")
    places = {**traits, **address} if isinstance(address, Mapping) else traits
    told = {name: _first(traits, names) for name, names in _OTHERS.items()}
    told |= {name: _first(places, names) for name, names in _PLACES.items()}
    told |= {name: _first(traits, names) for name, names in _NAMES.items()}
    for kind, value in contacts:
        if kind in {"email", "phone"} and not told[kind]:
            told[kind] = value
    if isinstance(address, str) and not told["street"]:
        told["street"] = address.strip()
    return {name: text for name, text in told.items() if text}


def canonical(told: Mapping[str, str]) -> Fields:
    """Bring fields into the form in which they are compared; empty ones are left out.

    >>> canonical({"last": "Щукина", "phone": "+48 600 700 800", "birth": "1.2.1990"})
    {'phone': '600700800', 'birth': '19900201', 'last': 'scukina'}
    """
    made = {}
    parts = told if told.get("first") or told.get("last") else {**told, **_parts(told)}
    for name in FIELDS:
        text = parts.get(name, "").strip()[:_CHARS_MAX]
        if text:
            made[name] = _FORMS.get(name, _words)(text)
    return {name: text for name, text in made.items() if text}


def day(text: str) -> str:
    """Write a date as its eight digits, year first; impossible ones too.

    >>> day("1990-02-01T00:00:00Z"), day("01/02/1990"), day("19560409")
    ('19900201', '19900201', '19560409')
    """
    if found := _YEAR_FIRST.match(text):
        year, month, day_of = found.groups()
    elif found := _DAY_FIRST.match(text):
        day_of, month, year = found.groups()
    else:
        return _digits(text)
    return f"{year}{int(month):02}{int(day_of):02}"


def _parts(told: Mapping[str, str]) -> Fields:
    """Part a name that is told whole: the first word, and the others but a father's."""
    words = told.get("whole", "").split()
    if len(words) > 2:
        words = [one for one in words if not _OF_FATHER.search(_words(one))] or words
    return {"first": " ".join(words[:1]), "last": " ".join(words[1:])}


def _first(traits: Mapping[str, Any], names: Iterable[str]) -> str:
    """Give the first of some traits that tells something."""
    for name in names:
        value = traits.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool):
            text = str(value).strip()
            if text:
                return text
    return ""


def _words(text: str) -> str:
    return " ".join(folded(text))


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _email(text: str) -> str:
    return text.casefold() if "@" in text else ""


def _phone(text: str) -> str:
    return _digits(text)[-_PHONE_DIGITS:]


def _code(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


_FORMS = {
    "birth": day,
    "email": _email,
    "phone": _phone,
    "number": _code,
    "postcode": _code,
}
