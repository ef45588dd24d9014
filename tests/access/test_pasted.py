"""What looks like a secret is masked in what the staff write, and nothing else is."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from habitue.access.pasted import SAID, masked, pasted, sentence, told
from habitue.access.pasted_cards import is_card
from habitue.access.pasted_forms import Pasted
from habitue.console.masked import NAMES
from tests.access.pasting import ordinary, secrets

COUNT = 1_000


def test_of_a_thousand_secrets_of_all_kinds_none_is_left(
    seed: int, figure: Callable[[str, Any], None]
) -> None:
    chance = Random(seed)
    tried = secrets(chance, COUNT)
    notes = [f"{ordinary(chance)} {text}\n{ordinary(chance)}" for text, _ in tried]

    left = [
        (text, secret)
        for note, (text, secret) in zip(notes, tried, strict=True)
        if text in masked(note) or secret in masked(note)
    ]

    figure("secrets", len(tried))
    assert left == []


def test_of_a_thousand_ordinary_notes_none_is_changed(
    seed: int, figure: Callable[[str, Any], None]
) -> None:
    chance = Random(seed)
    notes = [ordinary(chance) for _ in range(COUNT)]

    changed = [(one, masked(one)) for one in notes if masked(one) != one]

    figure("ordinary notes", len(notes))
    assert changed == []


def test_what_is_masked_is_masked_once_and_told_once(seed: int) -> None:
    chance = Random(seed)
    for text, _ in secrets(chance, 200):
        once = masked(f"{ordinary(chance)} {text}")
        assert masked(once) == once
        assert pasted(once) == []


@pytest.mark.parametrize(
    ("text", "left", "kind"),
    [
        ("card 4111 1111 1111 1111 12/27 CVV 123", "card ••• 12/27 CVV •••", "card"),
        ("VISA4111111111111111", "VISA•••", "card"),
        ("4111\u00a01111\u00a01111\u00a01111", "•••", "card"),
        ("Hasło: kotek, potem sklep", "Hasło: •••, potem sklep", "password"),
        ('password = "two words"', 'password = "•••"', "password"),
        ("changed her password to Kotek77", "changed her password to •••", "password"),
        ("ftp://a:b@c@host/x", "ftp://a:•••@host/x", "password"),
        (
            "Authorization: Bearer 0a1b2c3d4e5f6a7b8c",
            "Authorization: Bearer •••",
            "token",
        ),
    ],
)
def test_what_stands_around_a_secret_stays(text: str, left: str, kind: str) -> None:
    assert masked(text) == left
    assert kind in pasted(text)


@pytest.mark.parametrize(
    "digits",
    [
        # Of goods, of which one in ten has the check digit of a card by chance.
        "4006381333931",
        # The check digit is another; the range is nobody's; too short, too long.
        *("4111111111111112", "7010000000000000", "411111111111", "4" * 20),
    ],
)
def test_a_number_that_no_card_has_stays(digits: str) -> None:
    assert not is_card(digits)
    assert masked(f"no {digits}.") == f"no {digits}."


def test_an_account_stays_though_part_of_it_may_be_a_cards_number() -> None:
    # The second to fifth group, taken by themselves, are a card that is often tried.
    whole = "PL12 4111 1111 1111 1111 0000 0000"
    assert "•••" in masked(whole)
    valid = _with_check("PL", "411111111111111100000000")
    assert masked(valid) == valid


def _with_check(land: str, bare: str) -> str:
    told = "".join(str(int(one, 36)) for one in land)
    check = 98 - int(f"{bare}{told}00") % 97
    groups = [bare[at : at + 4] for at in range(0, len(bare), 4)]
    return f"{land}{check:02} {' '.join(groups)}"


def test_who_asked_is_told_what_was_masked_and_why() -> None:
    answer = told({"offset": 7}, "password: kotek", "4111111111111111")

    assert answer["offset"] == 7
    assert answer["secrets_masked"]["kinds"] == ["password", "card"]
    assert answer["secrets_masked"]["detail"] == sentence(
        [Pasted.PASSWORD, Pasted.CARD]
    )


def test_the_console_names_each_kind_as_answers_do() -> None:
    assert NAMES == SAID
    assert set(SAID) == set(Pasted)
