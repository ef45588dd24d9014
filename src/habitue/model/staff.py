"""Who and what belongs to the shop itself: its people, tills, tablets, networks."""

from typing import Literal

from msgspec import Struct

# An identifier ("device_id:till-4"), an e-mail domain ("@shop.example"), a network
# ("192.0.2.0/24").
StaffForm = Literal["identifier", "domain", "network"]


class StaffEntry(Struct, frozen=True, omit_defaults=True):
    """One line of the staff list: what is the shop's own, in its one form."""

    form: StaffForm
    text: str
    note: str = ""


class StaffList(Struct, frozen=True):
    """All that is the shop's own: what it does is stored, shown, and never counted."""

    entries: tuple[StaffEntry, ...] = ()
