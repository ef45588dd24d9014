"""Guesses at a password: whoever makes them, in whatever way, makes few of them."""

import asyncio
import os
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from habitue.access import password as passwords
from habitue.access.attempts import FREE
from habitue.access.operators import Operators
from habitue.base.clock import HOUR_US, ManualClock
from habitue.base.ids import new_secret
from habitue.console.entry.steps import ADDRESS_FREE
from habitue.console.session import Sessions
from tests.console.fake import FixedReading, MemoryDefinitions, MemorySecrets
from tests.console.served import NOW_US, console_app

pytestmark = pytest.mark.proof("T30")

PASSWORD = "lamp river copper tango"
GUESSES = 10_000 if os.environ.get("HABITUE_TORTURE") else 1_000
AT_ONCE = GUESSES // 2
# What a name or an address may try in an hour, doubled waits and all.
HOURLY = 15
Figure = Callable[[str, object], None]


class Door:
    """The console's sign-in, with one member of the team behind it."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW_US)
        team = Operators(MemoryDefinitions(), MemorySecrets(), self.clock)

        async def join() -> None:
            await team.add("anna", "store")
            await team.choose("anna", PASSWORD)

        asyncio.run(join())
        sessions = Sessions(self.clock, new_secret)
        reading = FixedReading([], [])
        self.app = console_app(reading, sessions, self.clock, team=team)

    async def guess(self, name: str, password: str, address: str) -> int:
        """Send the form from an address; give the status of the answer."""
        body = urlencode({"name": name, "password": password}).encode()
        kind = b"application/x-www-form-urlencoded"
        length = str(len(body)).encode()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/console/sign-in",
            "raw_path": b"/console/sign-in",
            "query_string": b"",
            "root_path": "",
            "headers": [(b"content-type", kind), (b"content-length", length)],
            "client": (address, 1),
            "server": ("testserver", 80),
            "state": {},
        }
        found = 0

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            nonlocal found
            found = message.get("status", found)

        await self.app(scope, receive, send)
        return found

    async def hour(self, who: Callable[[int], tuple[str, str]]) -> list[int]:
        """Guess all the while for an hour; who: the name and the address of a guess."""
        found = []
        for number in range(GUESSES):
            found.append(await self.guess(who(number)[0], f"g{number}", who(number)[1]))
            self.clock.move(HOUR_US // GUESSES)
        return found


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which guesses were compared with what is kept; comparing takes no time."""
    found: list[str] = []

    def is_right(password: str, held: str) -> bool:
        found.append(password)
        return password == PASSWORD and bool(held)

    monkeypatch.setattr(passwords, "is_right", is_right)
    monkeypatch.setattr(passwords, "hash_of", lambda password: "kept")
    return found


ONE, NETWORK = "192.0.2.1", "2001:db8:1:2::"
Guess = Callable[[int], tuple[str, str]]
# By what is done: name and address of each guess, and how many are compared at most.
ATTACKS: dict[str, tuple[Guess, int]] = {
    "one name from one address": (lambda n: ("anna", ONE), HOURLY),
    "one name from many addresses": (lambda n: ("anna", f"10.0.0.{n % 250}"), HOURLY),
    "one name in two spellings": (
        lambda n: ("anna" if n % 2 else "Anna", f"10.1.1.{n % 99}"),
        HOURLY,
    ),
    "many names from one address": (lambda n: (f"n{n}", ONE), ADDRESS_FREE + HOURLY),
    "many names from one network": (
        lambda n: (f"n{n}", f"{NETWORK}{n:x}"),
        ADDRESS_FREE + HOURLY,
    ),
    "an address written in two ways": (
        lambda n: (f"n{n}", ONE if n % 2 else f"::ffff:{ONE}"),
        ADDRESS_FREE + HOURLY,
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_guesses_for_an_hour_come_to_a_few(
    checked: list[str], attack: str, figure: Figure
) -> None:
    who, most = ATTACKS[attack]
    door = Door()

    answers = asyncio.run(door.hour(who))

    figure(f"guesses compared, {attack}", len(checked))
    assert FREE <= len(checked) <= most
    assert set(answers) == {401, 429}


@pytest.mark.parametrize("spread", [1, 200])
def test_guesses_made_at_once_are_no_more_than_those_made_in_turn(
    monkeypatch: pytest.MonkeyPatch, spread: int, figure: Figure
) -> None:
    door, found = Door(), []

    async def recognise(_: Any, name: str, password: str) -> None:
        found.append(password)
        # All others come while this one is being compared.
        await asyncio.sleep(0.2)

    monkeypatch.setattr(Operators, "recognise", recognise)

    async def work() -> list[int]:
        return await asyncio.gather(
            *(
                door.guess("anna", f"g{n}", f"10.0.0.{n % spread}")
                for n in range(AT_ONCE)
            )
        )

    answers = asyncio.run(work())

    figure(f"at once from {spread}, compared", len(found))
    assert len(found) <= FREE
    assert answers.count(429) == AT_ONCE - len(found)


def test_whoever_knows_it_comes_in_and_has_used_nothing_up(checked: list[str]) -> None:
    door = Door()

    async def work() -> list[int]:
        found = []
        for number in range(4 * ADDRESS_FREE):
            wrong = number % 3 == 0
            password = "wrong" if wrong else PASSWORD
            found.append(await door.guess("anna", password, "192.0.2.1"))
        return found

    answers = asyncio.run(work())

    # Of a whole office's tries behind one address the wrong ones alone count.
    right = [one for at, one in enumerate(answers[:ADDRESS_FREE]) if at % 3]
    assert set(right) == {303}


def test_an_answer_says_the_same_of_a_name_that_nobody_has(
    checked: list[str],
) -> None:
    door = Door()

    async def work() -> tuple[int, int]:
        mine = await door.guess("anna", "wrong", "192.0.2.1")
        return mine, await door.guess("nobody", "wrong", "192.0.2.2")

    mine, nobodys = asyncio.run(work())

    assert mine == nobodys == 401
    assert len(checked) == 2
