"""What the columns of a file of people are, by their headers."""

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from habitue.base.errors import InvalidError

# Headers without case and signs, in English, Polish, Russian, Kazakh; the first that
# fits.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "first": (
        "firstname",
        "givenname",
        "forename",
        "fname",
        "imię",
        "imie",
        "имя",
        "аты",
    ),
    "last": (
        "lastname",
        "surname",
        "familyname",
        "lname",
        "nazwisko",
        "фамилия",
        "тегі",
    ),
    "whole": ("name", "fullname", "imięinazwisko", "фио", "имяифамилия", "атыжөні"),
    "birth": (
        *("dob", "dateofbirth", "birthdate", "birthday", "dataurodzenia"),
        *("датарождения", "туғанкүні"),
    ),
    "email": (
        *("email", "mail", "emailaddress", "adresemail", "почта"),
        *("электроннаяпочта", "электрондықпошта"),
    ),
    "phone": ("phone", "phonenumber", "telephone", "mobile", "telefon", "телефон"),
    "street": (
        *("street", "address", "address1", "streetaddress", "ulica", "adres"),
        *("улица", "адрес", "көше"),
    ),
    "house": ("streetnumber", "housenumber", "house", "дом"),
    "city": ("city", "town", "suburb", "birthplace", "miasto", "город", "қала"),
    "postcode": ("postcode", "zip", "zipcode", "postalcode", "kodpocztowy", "индекс"),
    "number": ("socsecid", "ssn", "nationalid", "pesel", "iin", "taxid", "инн", "иин"),
}
_TRUTH = (
    *("cluster", "clusterid", "truth", "trueid", "entity", "entityid", "person"),
    *("personid", "group", "groupid", "matchid", "recid"),
    *("klaster", "osoba", "grupa", "кластер", "человек", "группа", "адам", "топ"),
)
_SIGNS = re.compile(r"[\W_]+")
# A record's name in FEBRL's files tells whose it is: rec-12-org, rec-12-dup-0.
_FEBRL = re.compile(r"^rec-(\d+)-(org|dup-\d+)$")


class Columns(Struct, frozen=True):
    """Which column is which field, and which one tells the truth."""

    fields: dict[str, int]
    truth: int


def guess(headers: Sequence[str]) -> Columns:
    """Guess what columns are; raises InvalidError if none tells the truth or a person.

    >>> guess(["unique_id", "first_name", "surname", "cluster"])
    Columns(fields={'first': 1, 'last': 2}, truth=3)
    """
    plain = [_SIGNS.sub("", header.casefold()) for header in headers]
    truths = [plain.index(word) for word in _TRUTH if word in plain]
    if not truths:
        raise InvalidError(
            "No column tells who is who in truth: name one 'cluster'. There are "
            + ", ".join(headers)
            + "."
        )
    fields = {}
    for field, told in _WORDS.items():
        found = [plain.index(word) for word in told if word in plain]
        if found:
            fields[field] = found[0]
    if not fields:
        raise InvalidError(f"No column tells of people, of {', '.join(headers)}.")
    return Columns(fields, truths[0])


def told_in(row: Sequence[str], columns: Columns) -> dict[str, str]:
    """Give the fields that a row tells; a house's number belongs to its street."""
    told = {field: row[at].strip() for field, at in columns.fields.items()}
    house = told.pop("house", "")
    if house and told.get("street"):
        told["street"] = f"{house} {told['street']}"
    return {field: text for field, text in told.items() if text}


def truth_in(row: Sequence[str], columns: Columns) -> str:
    """Give whom a row tells of, in truth.

    >>> truth_in(["rec-12-dup-0"], Columns({}, 0)), truth_in(["7"], Columns({}, 0))
    ('12', '7')
    """
    told = row[columns.truth].strip()
    found = _FEBRL.match(told)
    return found[1] if found else told
