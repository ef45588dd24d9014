"""One-time codes: those of the standard, each good once and for a moment."""

import pytest

from habitue.access.totp import STEP_US, address, code_at, matching_step

pytestmark = pytest.mark.proof("T30")

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("at_s", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(at_s: int, code: str) -> None:
    assert code_at(SECRET, at_s // 30) == code


@pytest.mark.parametrize(
    ("step", "fits"), [(8, False), (9, True), (11, True), (12, False)]
)
def test_a_clock_may_be_a_step_off_and_no_more(step: int, fits: bool) -> None:
    found = matching_step(SECRET, code_at(SECRET, step), 10 * STEP_US)

    assert (found == step) is fits


def test_a_code_is_good_once() -> None:
    code = code_at(SECRET, 10)
    first = matching_step(SECRET, code, 10 * STEP_US)

    assert first == 10
    assert matching_step(SECRET, code, 10 * STEP_US, after=first) is None


@pytest.mark.parametrize("told", ["", "28708", "2870822", "abcdef", "\udcff", "²87082"])
def test_what_is_no_code_never_fits(told: str) -> None:
    assert matching_step(SECRET, told, STEP_US) is None


def test_a_name_cannot_add_to_the_address() -> None:
    assert "%26secret%3Dx" in address(SECRET, "a&secret=x", "Habitué")
