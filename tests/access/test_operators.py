"""Team members: what they know is kept as hashes, and what ends them ends at once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from habitue.access import password as passwords
from habitue.access.attempts import FREE, Attempts, TooManyTriesError
from habitue.access.operators import INVITED_HOURS, Operators
from habitue.access.secrets import FileSecrets
from habitue.access.totp import STEP_US, code_at
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import HOUR_US, ManualClock
from habitue.base.errors import ConflictError, InvalidError
from tests.access.test_sources import NOW_US, TruthDefinitions

pytestmark = pytest.mark.proof("T30")

PASSWORD = "lamp river copper tango"


class House:
    """A team over a real truth and secrets in files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = ManualClock(NOW_US)
        self.truth = SqliteTruth(folder / "truth.db")
        self.team = self.restarted()

    def restarted(self) -> Operators:
        secrets = FileSecrets(self.folder / "secrets")
        return Operators(TruthDefinitions(self.truth), secrets, self.clock)

    def add(self, name: str, role: str = "agent") -> str:
        return asyncio.run(self.team.add(name, role))[1]

    def choose(self, name: str) -> None:
        asyncio.run(self.team.choose(name, PASSWORD))

    def recognises(self, name: str, password: str) -> bool:
        return asyncio.run(self.team.recognise(name, password)) is not None


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.truth.close()


def test_a_password_is_recognised_after_a_restart(house: House) -> None:
    house.add("anna@shop.example")
    house.choose("anna@shop.example")

    house.team = house.restarted()

    assert house.recognises("anna@shop.example", PASSWORD)
    assert not house.recognises("anna@shop.example", PASSWORD.upper())
    assert not house.recognises("nobody", PASSWORD)


def test_neither_password_nor_invitation_nor_code_stands_in_log_or_secrets(
    house: House,
) -> None:
    invitation = house.add("anna")
    held = b"".join(
        path.read_bytes() for path in house.folder.rglob("*") if path.is_file()
    )
    assert invitation.encode() not in held
    house.choose("anna")

    log = b"".join(record.body or b"" for record in house.truth.read(0, 100))
    kept = b"".join(p.read_bytes() for p in (house.folder / "secrets").iterdir())
    assert b"argon2id" in kept
    assert b"m=19456,t=2,p=1" in kept
    assert b"argon2" not in log
    assert PASSWORD.encode() not in kept + log


def test_an_invitation_is_for_one_and_for_two_days(house: House) -> None:
    invitation = house.add("anna")
    found = house.team.invited(invitation)
    assert found is not None
    assert found.name == "anna"
    assert house.team.invited("") is None

    house.clock.move(INVITED_HOURS * HOUR_US)

    assert house.team.invited(invitation) is None


def test_a_chosen_password_uses_the_invitation_up(house: House) -> None:
    invitation = house.add("anna")

    house.choose("anna")

    assert house.team.invited(invitation) is None


def test_a_reset_forgets_password_and_code(house: House) -> None:
    house.add("anna")
    house.choose("anna")
    secret = house.team.new_code_secret()
    code = code_at(secret, house.clock.now_us() // STEP_US)
    assert asyncio.run(house.team.confirm_code("anna", secret, code))
    version = house.team.named("anna").version

    asyncio.run(house.team.reset("anna"))

    assert not house.recognises("anna", PASSWORD)
    assert not house.team.has_code("anna")
    assert house.team.named("anna").version > version


def test_a_code_is_taken_once(house: House) -> None:
    house.add("anna")
    secret = house.team.new_code_secret()
    step = house.clock.now_us() // STEP_US
    asyncio.run(house.team.confirm_code("anna", secret, code_at(secret, step)))

    assert not house.team.is_code("anna", code_at(secret, step))
    assert house.team.is_code("anna", code_at(secret, step + 1))


def test_who_is_out_is_not_recognised(house: House) -> None:
    house.add("anna")
    house.choose("anna")

    asyncio.run(house.team.change("anna", disabled=True))

    assert not house.recognises("anna", PASSWORD)


def test_the_last_administrator_stays(house: House) -> None:
    house.add("olga", "administrator")

    with pytest.raises(ConflictError, match="last administrator"):
        asyncio.run(house.team.change("olga", role="agent"))

    house.add("piotr", "administrator")
    asyncio.run(house.team.change("olga", disabled=True))


def test_two_names_that_differ_by_case_are_one(house: House) -> None:
    house.add("anna")

    with pytest.raises(ConflictError, match="already"):
        house.add("Anna")


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "password1234",
        "PASSWORD1234",
        "aaaaaaaaaaaa",
        "qwerty123456",
        "x" * 201,
    ],
)
def test_a_password_that_is_guessed_soon_is_refused(password: str) -> None:
    with pytest.raises(InvalidError, match="four words"):
        passwords.check(password, "anna")


def test_ten_thousand_guesses_an_hour_are_impossible() -> None:
    clock, tried = ManualClock(NOW_US), 0
    attempts = Attempts(clock)

    for _ in range(3600):
        try:
            attempts.check("anna")
        except TooManyTriesError:
            clock.move(1_000_000)
        else:
            tried += 1
            attempts.failed("anna")

    assert FREE <= tried <= 15


def test_who_shows_who_they_are_starts_anew() -> None:
    attempts = Attempts(ManualClock(NOW_US))
    for _ in range(FREE - 1):
        attempts.failed("anna")

    attempts.passed("anna")

    attempts.failed("anna")
    attempts.check("anna")
