"""What attacks need in a shop, made for them and taken away again: sources, two people.

The sources are marked as simulated, so that nothing of them counts; their keys end and
the people are erased, whatever happens in between.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from habitue.app.calling.gateway import Answer, Client, segment
from habitue.app.doctor.attack.claims import Item, Known, Victim, identify, track
from habitue.app.doctor.attack.target import Target
from habitue.base.clock import Clock
from habitue.base.errors import HabitueError
from habitue.base.ids import new_id

SHOP, PAGE, SIGNED = "attack-shop", "attack-page", "attack-signed"
SOURCES: dict[str, dict[str, Any]] = {
    SHOP: {"kind": "server"},
    PAGE: {"kind": "public", "mode": "joins"},
    SIGNED: {"kind": "public", "mode": "signed"},
}
# Nothing of them counts, and nobody is told that they are silent.
_SET_APART = {"simulated": True, "silentAfterS": 0}
_WAIT_S, _WAITS_MAX = 0.1, 600
_REASON = "habitue doctor attack made them up"


class Key(NamedTuple):
    """A key of a source, for as long as the attack takes."""

    secret: str
    key_id: str


class Stage:
    """A shop with a known victim in it, and the keys that an attacker may hold."""

    def __init__(self, target: Target, client: Client, clock: Clock) -> None:
        self.target = target
        self.client = client
        self.clock = clock
        run = new_id()[:12]
        self.victim = Victim(
            user_id=f"attack-{run}-victim",
            other=f"attack-{run}-second",
            stranger=f"attack-{run}-nobody",
            device=f"attack-{run}-device",
            email=f"attack-{run}@victim.example",
            phone=f"+4420794{int(run, 16) % 100_000:05}",
            order_id=f"attack-{run}",
        )
        self.keys: dict[str, Key] = {}

    def set_up(self) -> None:
        """Make the sources and the people."""
        known = {one["name"] for one in self.client.every("/api/v1/sources", "sources")}
        for name, wanted in SOURCES.items():
            self.keys[name] = self._key(name, wanted, anew=name not in known)
        self._meet()

    def _key(self, name: str, wanted: dict[str, Any], *, anew: bool) -> Key:
        """Give a key of a source, as it was wanted, whatever was set of it since."""
        if anew:
            told = {"name": name, **wanted, **_SET_APART}
            made = self.client.post("/api/v1/sources", told)
        else:
            told = {key: value for key, value in wanted.items() if key != "kind"}
            self.client.patch(f"/api/v1/sources/{name}", {**told, **_SET_APART})
            made = self.client.post(f"/api/v1/sources/{name}/keys", {})
        return Key(made["key"], made["key_id"])

    def _meet(self) -> None:
        """Let the shop know the victim, and another customer."""
        victim = self.victim
        who = {"user_id": victim.user_id, "email": victim.email}
        traits = {"email": victim.email, "phone": victim.phone, "name": "Anna"}
        self.send(SHOP, identify(traits, identifiers=who))
        self.send(SHOP, identify(identifiers={"user_id": victim.other}))
        for channel in ("email", "push"):
            told = {"purpose": "marketing", "channel": channel, "text_version": "1"}
            self.send(SHOP, track("Consent Granted", told, identifiers=who))
        bought = {"order_id": victim.order_id, "total": "50.00", "currency": "GBP"}
        self.send(SHOP, track("Order Completed", bought, identifiers=who))

    def send(self, source: str, item: Item) -> Any:
        """Send an item, and wait until profiles reflect it; give what became of it."""
        batch = json.dumps({"batch": [{"messageId": new_id(), **item}]}).encode()
        told = self._delivered(batch, self.keys[source].secret)
        found = told.json()
        if not found["applied"]:
            self._settle(source)
        return found["results"][0]

    def _delivered(self, batch: bytes, key: str) -> Answer:
        """Send until there is room for it, as every client does."""
        for _ in range(_WAITS_MAX):
            told = self.client.raw("POST", "/api/v1/events?wait=applied", batch, key)
            if told.status == 200:
                return told
            if told.status != 429:
                raise HabitueError(f"An item of the attack got {told.status}.")
            time.sleep(_WAIT_S)
        raise HabitueError("The server takes no more now. Try again when less comes.")

    def known(self) -> Known:
        """Say what is known of the victim for sure, as the shop's staff reads it."""
        return Known.of(self.person(), self._id(f"user_id:{self.victim.other}"))

    def person(self) -> dict[str, Any]:
        found: dict[str, Any] = self._found(f"user_id:{self.victim.user_id}")[0]
        return found

    def take_down(self) -> None:
        """Revoke the keys, and erase whom the attack made up."""
        for name, key in self.keys.items():
            path = f"/api/v1/sources/{name}/keys/{segment(key.key_id)}/revoke"
            self.client.post(path, {})
        victim = self.victim
        for who in (
            f"user_id:{victim.user_id}",
            f"user_id:{victim.other}",
            f"user_id:{victim.stranger}",
            f"anonymous_id:{victim.device}",
        ):
            if self._found(who):
                told = {"identifier": who, "reason": _REASON, "suppress": False}
                self.client.post("/api/v1/privacy/erase", told)

    def _settle(self, source: str) -> None:
        """Wait until all that a source sent is in the profiles."""
        for _ in range(_WAITS_MAX):
            told = self.client.every("/api/v1/sources", "sources")
            if not any(one["lag_records"] for one in told if one["name"] == source):
                return
            time.sleep(_WAIT_S)
        raise HabitueError(
            "Profiles stay behind the log, so an attack can't be judged. Wait until an"
            " import has ended, and try again."
        )

    def _id(self, identifier: str) -> int:
        found: int = self._found(identifier)[0]["person_id"]
        return found

    def _found(self, identifier: str) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = self.client.get(
            "/api/v1/people", identifier=identifier
        )["people"]
        return told


@contextmanager
def staged(target: Target, clock: Clock) -> Iterator[Stage]:
    """Set the stage, and clear it whatever happens on it."""
    stage = Stage(target, target.operator(), clock)
    try:
        stage.set_up()
        yield stage
    finally:
        stage.take_down()
