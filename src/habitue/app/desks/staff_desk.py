"""The list of what is the shop's own, as the API asks for it: show, add, take off."""

import asyncio
from collections.abc import Callable, Iterable
from ipaddress import ip_network
from typing import Any

import msgspec
from msgspec import structs

from habitue.access.pasted import masked
from habitue.app.desks.writing import Writing
from habitue.app.projection.defined import (
    STAFF,
    policy_in_force,
    staff_defined,
)
from habitue.base.errors import InvalidError, NotFoundError
from habitue.identity.defining import SHOP
from habitue.identity.kinds import normalise
from habitue.log.port import Truth
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy
from habitue.model.staff import StaffEntry, StaffList

View = dict[str, Any]
Views = list[View]
Entries = Iterable[StaffEntry]

ENTRIES_MAX = 1000
TEXT_CHARS_MAX = 300
NOTE_CHARS_MAX = 200
# A shop's network holds at most so much; a larger one would hold its customers.
_BITS_MIN = {4: 8, 6: 24}

EFFECT = "Holds for what is sent from now on; what was told before stays as it is."
NOTHING = "Nothing changed."


class StaffDesk:
    """Answers what is the shop's own, and writes what an operator adds."""

    def __init__(
        self,
        truth: Truth,
        writing: Writing,
        changed: Callable[[], None],
        country: str,
    ) -> None:
        """changed: lets this process go by the list as it is now.

        country: whose numbers phones without a country code are.
        """
        self._truth = truth
        self._writing = writing
        self._changed = changed
        self._country = country
        # One change at a time: each is made to what the one before it left.
        self._turn = asyncio.Lock()

    def list(self) -> Views:
        """List all that is the shop's own, by text."""
        return [view_of(entry) for entry in staff_defined(self._truth).entries]

    async def add(self, text: str, note: str) -> View:
        """Add one line, or write its note anew."""
        entry = self._entry(text, note)
        async with self._turn:
            held = staff_defined(self._truth)
            others = [one for one in held.entries if one.text != entry.text]
            if len(others) >= ENTRIES_MAX:
                raise InvalidError(
                    f"The list of staff holds {ENTRIES_MAX} lines, which is all it can;"
                    " take some off, or name a network or a domain instead."
                )
            changed = entry not in held.entries
            if changed:
                await self._write([*others, entry])
        return {**view_of(entry), "effect": EFFECT if changed else NOTHING}

    async def remove(self, text: str) -> View:
        """Take a line off the list."""
        wanted = self._entry(text, "").text
        async with self._turn:
            held = staff_defined(self._truth)
            kept = [one for one in held.entries if one.text != wanted]
            gone = [one for one in held.entries if one.text == wanted]
            if not gone:
                raise NotFoundError(f"'{text}' is not on the list of staff.")
            await self._write(kept)
        return {**view_of(gone[0]), "effect": EFFECT}

    def _entry(self, text: str, note: str) -> StaffEntry:
        policy = policy_in_force(self._truth)
        entry = read_entry(text.strip(), policy, self._country)
        return structs.replace(entry, note=masked(note.strip())[:NOTE_CHARS_MAX])

    async def _write(self, entries: Entries) -> None:
        staff = StaffList(tuple(sorted(entries, key=lambda one: one.text)))
        await self._writing.define(STAFF, SHOP, msgspec.json.encode(staff))
        self._changed()


def view_of(entry: StaffEntry) -> View:
    return {"what": entry.text, "form": entry.form, "note": entry.note}


def read_entry(text: str, policy: KindPolicy, country: str) -> StaffEntry:
    """Read a line as an operator writes it, into its one form.

    It is kind:value, @domain of e-mail addresses, or an address or network.
    """
    if text.startswith("@"):
        return StaffEntry("domain", f"@{_domain(text, policy)}")
    kind, colon, value = text.partition(":")
    if colon and kind in {one.name for one in policy.kinds}:
        found = normalise(kind, value, country, policy)
        if isinstance(found, Identifier):
            return StaffEntry("identifier", f"{found.kind}:{found.value}")
        raise InvalidError(f"'{value}' is no usable {kind}: {found.reason}.")
    return StaffEntry("network", _network(text))


def _domain(text: str, policy: KindPolicy) -> str:
    # Brought into form as the addresses are by which it is compared.
    found = normalise("email", f"staff{text}", "", policy)
    if isinstance(found, Identifier):
        return found.value.rpartition("@")[2]
    raise InvalidError(f"'{text}' is no domain of e-mail addresses; say @shop.example.")


def _network(text: str) -> str:
    try:
        found = ip_network(text, strict=False)
    except ValueError as error:
        raise InvalidError(
            f"'{text[:80]}' is none of what can be staff: a kind and a value as"
            " device_id:till-4, a domain as @shop.example, an address or a network as"
            " 192.0.2.0/24."
        ) from error
    if found.prefixlen < _BITS_MIN[found.version]:
        raise InvalidError(
            f"The network {found} is too large to be a shop's; of IPv{found.version}"
            f" the least is /{_BITS_MIN[found.version]}."
        )
    return str(found)
