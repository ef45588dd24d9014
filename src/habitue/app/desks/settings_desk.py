"""The settings in force, as the API and the console show them."""

from typing import Any

from habitue.app.desks.home import Home
from habitue.app.projection.reckoned import as_shown, held_in
from habitue.base.settings import Loaded, declared

View = dict[str, Any]


class SettingsDesk:
    """Shows every setting with its origin and its sentence; secrets are hidden."""

    def __init__(self, home: Home) -> None:
        self._engine = home.engine

    def list(self) -> list[View]:
        """Give name, value, origin and meaning of each; what the log says is its."""
        known = declared()
        told = self._engine.origins
        # A folder that a command opens for a moment does not say where they come from.
        origins = {name: told.get(name, "unsaid") for name in known}
        loaded = Loaded(self._engine.settings, origins)
        return [
            {
                "name": name,
                "value": value,
                "origin": origin,
                "text": known[name].setting.text,
            }
            for name, value, origin in as_shown(loaded, held_in(self._engine.truth))
        ]
