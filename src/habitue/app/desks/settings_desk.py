"""The settings in force, as the API and the console show them."""

from typing import TYPE_CHECKING, Any

from habitue.base.settings import Loaded, declared, shown

if TYPE_CHECKING:
    from habitue.app.serving.engine import Engine

View = dict[str, Any]


class SettingsDesk:
    """Shows every setting with its origin and its sentence; secrets are hidden."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine

    def list(self) -> list[View]:
        """Give name, value, origin and meaning of each."""
        known = declared()
        told = self._engine.origins
        # A folder that a command opens for a moment does not say where they come from.
        origins = {name: told.get(name, "unsaid") for name in known}
        rows = shown(Loaded(self._engine.settings, origins))
        return [
            {
                "name": name,
                "value": value,
                "origin": origin,
                "text": known[name].setting.text,
            }
            for name, value, origin in rows
        ]
