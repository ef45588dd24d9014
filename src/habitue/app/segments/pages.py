"""Segments as the console asks for them: what the API has, and what pages need more."""

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from habitue.app.segments.desk import SegmentDesk
from habitue.app.segments.exporting import MemberExports
from habitue.app.segments.known import KnownNames
from habitue.app.segments.previewing import Previews
from habitue.app.segments.subscribing import SubscriptionDesk
from habitue.segment.condition import Condition
from habitue.segment.walk import segments_in

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

View = dict[str, Any]


class Shared(Protocol):
    """The desks over segments that API and console share."""

    @property
    def segments(self) -> SegmentDesk: ...

    @property
    def exports(self) -> MemberExports: ...

    @property
    def subscriptions(self) -> SubscriptionDesk: ...


class SegmentPages:
    """Answers the console's pages over segments."""

    def __init__(self, shared: Shared, home: "Home") -> None:
        desk = shared.segments
        self.list = desk.list
        self.get = desk.get
        self.versions = desk.versions
        self.templates = desk.templates
        self.size = desk.size
        self.figures = desk.figures
        self.page = desk.page
        self.of_person, self.why = desk.of_person, desk.why
        self.past = desk.past
        self.add = desk.add
        self.put = desk.put
        self.delete = desk.delete
        self.overlap = desk.overlap
        self.export, self.left = shared.exports.export, shared.exports.left
        self.ask, self.approvals = shared.exports.ask, shared.exports.approvals
        self.count = Previews(desk).count
        self.known = KnownNames(home).names
        self.listeners = shared.subscriptions.list
        self.listen = shared.subscriptions.put
        self.unlisten = shared.subscriptions.end

    def used(self, segment_id: str) -> list[View]:
        """Give the segments that ask for one."""
        return [
            {"id": one["id"], "name": one["name"]}
            for one in self.list()
            if segment_id in segments_in(msgspec.convert(one["condition"], Condition))
        ]
