"""Many people are taken out only once a second person has said yes.

A request and what becomes of it are definitions, so that a restart changes nothing; a
yes is for who asked, for that segment and form, once, and for no more people by far
than were asked for. It is written down before it is done, as all that is taken out.
"""

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from msgspec import structs

from habitue.access.deeds import Deed, Object, deed
from habitue.access.operators import HOUSE
from habitue.access.pasted import masked
from habitue.access.permission import Permission
from habitue.base.clock import HOUR_US, to_iso
from habitue.base.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from habitue.model.export_request import (
    APPROVED,
    ASKED,
    EXPORT_REQUEST,
    REFUSED,
    TAKEN,
    ExportRequest,
)

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

View = dict[str, Any]
# A yes, and a question nobody answered, are good for so long.
GOOD_US = 72 * HOUR_US
# By so much a segment may have grown since it was asked for, in hundredths.
GROWN = 10
SHOWN_MAX = 100
OPEN_MAX = 20
REASON_MIN, REASON_MAX = 3, 500


class Who(Protocol):
    """Somebody who takes people out, or says whether it may be done."""

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str: ...


class UnapprovedError(ConflictError):
    """More people are taken out than may be without a second person's yes."""


class Approvals:
    """Keeps requests, and says which of them is good."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        # One at a time: each is judged by what the one before it left.
        self._turn = asyncio.Lock()

    def list(self) -> list[View]:
        """List requests, the newest first: as the API shows them."""
        held = sorted(self._held().items(), key=lambda one: (-one[1].asked_us, one[0]))
        return [self._view(request_id, one) for request_id, one in held[:SHOWN_MAX]]

    async def ask(self, who: Who, wanted: ExportRequest) -> View:
        """Keep a request: segment, form, people and reason are told by it."""
        reason = _reason(wanted.reason)
        async with self._turn:
            own = [one for one in self._held().values() if one.operator == who.name]
            if sum(self._is_open(one) for one in own) >= OPEN_MAX:
                raise InvalidError(
                    f"You have asked for {OPEN_MAX} exports that nobody answered yet;"
                    " wait for an answer."
                )
            asked_us = self._home.engine.clock.now_us()
            made = structs.replace(
                wanted, operator=who.name, reason=reason, asked_us=asked_us
            )
            told = {"count": made.people, "segment": made.segment, "form": made.form}
            await self._write(who, deed(Deed.EXPORT_ASKED, **told), reason)
            return await self._keep(self._home.engine.writing.new_id(), made)

    async def decide(
        self, who: Who, request_id: str, *, yes: bool, reason: str = ""
    ) -> View:
        """Say yes or no to what somebody else asked for."""
        async with self._turn:
            held = self._held().get(request_id)
            if held is None:
                raise NotFoundError(f"There is no request '{request_id[:64]}'.")
            if held.operator == who.name:
                raise DeniedError(
                    "You asked for this yourself; somebody else who may take people"
                    " out has to say yes or no."
                )
            if not self._is_open(held):
                raise ConflictError(
                    "This request was answered already, or is too old; have it asked"
                    " for anew."
                )
            state = APPROVED if yes else REFUSED
            now_us = self._home.engine.clock.now_us()
            made = structs.replace(
                held, state=state, decided_by=who.name, decided_us=now_us
            )
            said = Deed.EXPORT_APPROVED if yes else Deed.EXPORT_REFUSED
            told = {"count": held.people, "segment": held.segment}
            await self._write(who, deed(said, **told, name=held.operator), reason)
            return await self._keep(request_id, made)

    def check(self, who: Who, wanted: ExportRequest) -> str | None:
        """Name the request that allows an export, None where none is needed.

        UnapprovedError where one is needed, and there is none.
        """
        limit = self._home.engine.settings.exports.approval_people
        # Who works at the machine has the folder itself.
        if not limit or wanted.people <= limit or who.name == HOUSE:
            return None
        for request_id, one in self._held().items():
            if self._allows(one, who, wanted):
                return request_id
        raise UnapprovedError(
            f"'{wanted.segment}' is of {wanted.people} people. More than {limit} are"
            " taken out only once a second person has said yes: ask for it on the"
            " segment's page, by 'habitue segment ask-export' or POST"
            f" /api/v1/segments/{wanted.segment}/export/requests."
        )

    async def taken(self, request_id: str) -> None:
        """Use a yes up; it is good once."""
        async with self._turn:
            held = self._held()[request_id]
            await self._keep(request_id, structs.replace(held, state=TAKEN))

    def _allows(self, one: ExportRequest, who: Who, wanted: ExportRequest) -> bool:
        same = (one.operator, one.segment, one.form) == (
            who.name,
            wanted.segment,
            wanted.form,
        )
        fits = wanted.people * 100 <= one.people * (100 + GROWN)
        now_us = self._home.engine.clock.now_us()
        is_good = one.state == APPROVED and now_us - one.decided_us < GOOD_US
        return same and fits and is_good

    def _is_open(self, one: ExportRequest) -> bool:
        age_us = self._home.engine.clock.now_us() - one.asked_us
        return one.state == ASKED and age_us < GOOD_US

    def _held(self) -> dict[str, ExportRequest]:
        read = msgspec.json.Decoder(ExportRequest).decode
        held = self._home.engine.writing.definitions(EXPORT_REQUEST)
        return {one.name: read(one.body) for one in held}

    async def _keep(self, request_id: str, one: ExportRequest) -> View:
        body = msgspec.json.encode(one)
        await self._home.engine.writing.define(EXPORT_REQUEST, request_id, body)
        return self._view(request_id, one)

    async def _write(self, who: Who, what: Object, reason: str) -> None:
        audit = self._home.engine.audit
        await audit.write(who, Permission.SEGMENTS_EXPORT, what, reason)

    def _view(self, request_id: str, one: ExportRequest) -> View:
        return {
            "id": request_id,
            "segment": one.segment,
            "form": one.form,
            "people": one.people,
            "operator": one.operator,
            "reason": one.reason,
            "asked_at": to_iso(one.asked_us),
            "state": one.state,
            "open": self._is_open(one),
            "decided_by": one.decided_by or None,
            "decided_at": to_iso(one.decided_us) if one.decided_us else None,
        }


def _reason(text: str) -> str:
    reason = masked(text.strip())
    if not REASON_MIN <= len(reason) <= REASON_MAX:
        raise InvalidError(
            f"Say what the export is for, in {REASON_MIN} to {REASON_MAX} letters;"
            " who says yes or no reads it."
        )
    return reason
