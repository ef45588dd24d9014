"""What is compared of somebody is the same however it is spelled."""

import pytest

from habitue.app.duplicates.columns import guess, told_in, truth_in
from habitue.app.duplicates.crowd import Crowd
from habitue.app.duplicates.fields import canonical, day, told_of
from habitue.app.duplicates.keys import SHARED_MAX, keys_of
from habitue.app.duplicates.order import Known
from habitue.base.errors import InvalidError

LATIN = {"first_name": "Świetlana", "last_name": "Szczukina", "birthday": "1990-02-01"}
CYRILLIC = {"firstName": "Светлана", "lastName": "Щукина", "dob": "01.02.1990"}


def fields(traits: dict, *contacts: tuple[str, str]) -> dict[str, str]:
    return canonical(told_of(traits, contacts))


def test_latin_and_cyrillic_are_the_same() -> None:
    assert fields(LATIN) == fields(CYRILLIC)


@pytest.mark.parametrize("name", ["Пётр Сергеевич Иванов", "Piotr Ivanov"])
def test_a_whole_name_is_parted_and_a_father_s_left_out(name: str) -> None:
    found = fields({"name": name})

    assert found["last"] == "ivanov"


def test_an_address_told_as_one_field_or_as_many_is_the_same() -> None:
    whole = {"address": {"street": "Długa 5", "city": "Kraków", "postalCode": "31-147"}}
    parts = {"street": "DLUGA 5", "city": "Krakow", "postal_code": "31147"}

    assert fields(whole) == fields(parts)


def test_an_identifier_stands_in_for_a_trait() -> None:
    told = fields({}, ("email", "anna@example.com"), ("phone", "+48600700800"))

    assert told == {"email": "anna@example.com", "phone": "600700800"}


@pytest.mark.parametrize("value", [None, True, 3.5, ["x"], {"a": 1}, "", "   "])
def test_what_is_no_text_tells_nothing(value: object) -> None:
    assert fields({"first_name": value, "email": value, "address": value}) == {}


def test_an_impossible_date_is_compared_all_the_same() -> None:
    assert day("19990231") == "19990231"


def test_who_lacks_a_part_of_a_key_has_none_of_it() -> None:
    assert [one for one in keys_of({"last": "kowalska"}) if one] == []


@pytest.mark.parametrize(("many", "compared"), [(1, 0), (2, 2), (SHARED_MAX + 1, 0)])
def test_a_key_that_nobody_or_too_many_share_compares_nobody(
    many: int, compared: int
) -> None:
    told = [Known(at, {"email": "info@shop.example"}) for at in range(many)]

    table = Crowd(told).table()

    keys = [table[name] for name in table.column_names if name.startswith("key_")]
    assert {len(one) - one.null_count for one in keys} <= {compared}
    assert bool(keys) == bool(compared)


def test_columns_are_guessed_by_headers_of_several_languages() -> None:
    polish = guess(["id", "Imię", "Nazwisko", "E-mail", "Kod pocztowy", "cluster"])
    russian = guess(["Имя", "Фамилия", "Дата рождения", "Телефон", "person_id"])

    names = {"first": 1, "last": 2}
    assert polish.fields == {**names, "email": 3, "postcode": 4}
    assert (russian.fields, russian.truth) == (
        {"first": 0, "last": 1, "birth": 2, "phone": 3},
        4,
    )


def test_a_file_that_tells_no_truth_is_refused_with_its_columns() -> None:
    with pytest.raises(InvalidError, match="name, email"):
        guess(["name", "email"])


def test_a_record_of_febrl_tells_whose_it_is() -> None:
    columns = guess(["rec_id", "given_name", "surname", "street_number", "address_1"])
    row = ["rec-7-dup-1", "anna", "nowak", "5", "long street"]

    assert truth_in(row, columns) == "7"
    assert told_in(row, columns)["street"] == "5 long street"
