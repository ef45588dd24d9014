"""Desks that API and console share, since they let one change in at a time."""

from habitue.app.desks.bait_desk import BaitDesk
from habitue.app.desks.channel_desk import ChannelDesk
from habitue.app.desks.home import Home
from habitue.app.desks.kind_desk import KindDesk
from habitue.app.desks.plan_desk import PlanDesk
from habitue.app.desks.reveal_desk import RevealDesk
from habitue.app.desks.score_desk import ScoreDesk
from habitue.app.desks.search_desk import SearchDesk
from habitue.app.desks.seen_desk import SeenDesk
from habitue.app.desks.shop_desk import ShopDesk
from habitue.app.desks.view_desk import ViewDesk
from habitue.app.desks.webhook_desk import WebhookDesk
from habitue.app.imports.desk import ImportDesk
from habitue.app.lake.counting import LakeCounting
from habitue.app.segments.approvals import Approvals
from habitue.app.segments.desk import SegmentDesk
from habitue.app.segments.exporting import MemberExports
from habitue.app.segments.kept_memberships import KeptMemberships
from habitue.app.segments.subscribing import SubscriptionDesk


class SharedDesks:
    """The one desk of each kind over a home."""

    def __init__(self, home: Home) -> None:
        engine = home.engine
        self.imports = ImportDesk(home, engine.imports, home.undoing)
        self.channels = ChannelDesk(home)
        self.scores = ScoreDesk(home)
        self.shop = ShopDesk(home)
        self.segments = SegmentDesk(
            home, LakeCounting(home), KeptMemberships(home.fold, engine.clock)
        )
        self.views = ViewDesk(
            engine.writing, SearchDesk(home.people, home.fold), self.segments
        )
        self.plans = PlanDesk(
            engine.truth, engine.writing, engine.sources, engine.reload_rules
        )
        self.seen = SeenDesk(home)
        self.reveals = RevealDesk(home)
        self.baits = BaitDesk(home)
        self.exports = MemberExports(home, self.segments, Approvals(home))
        self.subscriptions = SubscriptionDesk(
            engine.truth, engine.writing, self.segments
        )
        self.kinds = KindDesk(
            engine.truth, engine.writing, home.fold, engine.reload_rules
        )
        self.webhooks = WebhookDesk(
            engine.hooks,
            engine.library,
            engine.doors.hooks,
            lambda: engine.doors.rules,
            engine.clock,
        )
        self.webhooks.define_kind = self.kinds.put
