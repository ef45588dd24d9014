"""Desks that API and console share, since they let one change in at a time."""

from habitue.app.desks.channel_desk import ChannelDesk
from habitue.app.desks.home import Home
from habitue.app.desks.kind_desk import KindDesk
from habitue.app.desks.webhook_desk import WebhookDesk
from habitue.app.imports.desk import ImportDesk


class SharedDesks:
    """The one desk of each kind over a home."""

    def __init__(self, home: Home) -> None:
        engine = home.engine
        self.imports = ImportDesk(home, engine.imports, home.undoing)
        self.channels = ChannelDesk(home)
        self.kinds = KindDesk(
            engine.truth, engine.writing, home.fold, engine.reload_rules
        )
        self.webhooks = WebhookDesk(
            engine.hooks,
            engine.library,
            engine.hook_door,
            lambda: engine.rules,
            engine.clock,
        )
        self.webhooks.define_kind = self.kinds.put
