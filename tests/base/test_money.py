"""An amount becomes minor units, exactly or to the even one."""

import pytest

from habitue.base.money import to_minor, to_text


@pytest.mark.parametrize(
    ("told", "currency", "minor"),
    [
        ("0.125", "USD", 12),
        ("0.135", "USD", 14),
        ("-0.135", "USD", -14),
        ("19.999", "PLN", 2000),
        (29.35, "GBP", 2935),
        ("10.5", "JPY", 10),
        ("11.5", "JPY", 12),
        ("1.2345", "BHD", 1234),
    ],
)
def test_an_amount_finer_than_its_currency_goes_to_the_even_minor_unit(
    told: object, currency: str, minor: int
) -> None:
    assert to_minor(told, currency) == minor


@pytest.mark.parametrize("told", ["", "x", True, None, "NaN", "1e99", "9e9999999"])
def test_what_is_no_amount_is_none(told: object) -> None:
    assert to_minor(told, "USD") is None


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_minor_units_written_are_read_back(currency: str) -> None:
    for minor in (-218_731, -1, 0, 7, 10**12):
        assert to_minor(to_text(minor, currency), currency) == minor
