"""What others may add from packages of their own: a group of entry points each."""

from importlib.metadata import entry_points
from typing import Any

from msgspec import Struct

from habitue.base.errors import HabitueError


class Hook(Struct, frozen=True):
    """A place for plugins: the group of its entry points, and a sentence."""

    group: str
    sentence: str


DIALECTS = Hook(
    "habitue.dialects",
    "A dialect of a tracking client: its paths, its items, its answers.",
)
# The whole list of what a package may add.
HOOKS = (DIALECTS,)


class PluginError(HabitueError):
    """A plugin can't be used; mend it or uninstall its package."""


def load_plugins(hook: Hook, of: type) -> list[Any]:
    """Give what the installed packages add to a hook, by name; each must be an of."""
    found = []
    for entry in sorted(entry_points(group=hook.group), key=lambda one: one.name):
        called = f"The plugin '{entry.name}' ({entry.value}) of {hook.group}"
        way_out = "Mend it, or uninstall its package."
        try:
            plugin = entry.load()
        except Exception as error:  # whatever a stranger's module raises
            raise PluginError(
                f"{called} can't be loaded: {error}. {way_out}"
            ) from error
        if not isinstance(plugin, of):
            kind = type(plugin).__name__
            raise PluginError(f"{called} is a {kind}, no {of.__name__}. {way_out}")
        found.append(plugin)
    return found
