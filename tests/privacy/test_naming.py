"""Identifiers found in text that nobody could read."""

import pytest

from habitue.model.identifier import Identifier
from habitue.privacy.naming import Naming

EMAIL = Identifier("email", "anna@shop.example")
PHONE = Identifier("phone", "+447700900123")
CARD = Identifier("loyalty_card", "C12")


@pytest.mark.parametrize(
    "text",
    [
        b'{"email": "anna@shop.example"}',
        b"ANNA@Shop.Example;x",
        b"\xff broken anna@shop.example \x00",
    ],
)
def test_an_address_is_found_however_it_is_written(text: bytes):
    assert Naming([EMAIL]).names(text)


@pytest.mark.parametrize(
    "text", [b"joanna@shop.example2", b"anna@shop.examples", b"hanna@shop.example"]
)
def test_a_longer_word_is_somebody_elses(text: bytes):
    assert not Naming([EMAIL]).names(text)


@pytest.mark.parametrize(
    "text", ["07700 900123", "+44 7700-900-123", "(07700) 900 123", "00447700900123"]
)
def test_a_phone_is_found_with_or_without_its_country(text: str):
    assert Naming([PHONE]).names(text)


def test_another_number_is_not_the_phone():
    assert not Naming([PHONE]).names("07700 900124", "77009001234")


def test_a_short_card_is_found_as_a_word_alone():
    assert Naming([CARD]).names('{"card":"c12"}')
    assert not Naming([CARD]).names("abc123", "C123")


def test_of_nobody_nothing_is_found():
    assert not Naming([]).names("anything")
