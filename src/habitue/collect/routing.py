"""Which dialect answers at a path: whole paths first, then those with names in them."""

from collections.abc import Iterable

from msgspec import Struct

from habitue.base.errors import HabitueError
from habitue.collect.dialect import Dialect, Page, Route

Stop = Route | Page
_PARTS_MAX = 10
# Here the house itself answers; its own door stands among them.
_RESERVED = ("/api/v1", "/console", "/hooks", "/schema")
_RESERVED_WHOLE = frozenset({"", "/healthz", "/readyz", "/metrics"})
OWN = "habitue"


class RouteError(HabitueError):
    """Two dialects can't answer at one path, and none where the house answers."""


class Served(Struct, frozen=True):
    """A path that is answered: by which method how, and the names in the path."""

    stops: dict[str, Stop]
    named: dict[str, str] = {}

    def at(self, method: str) -> Stop | None:
        """Say how a method is answered; HEAD as GET, but where that stores events."""
        found = self.stops.get(method)
        if found is None and method == "HEAD":
            shown = self.stops.get("GET")
            return shown if isinstance(shown, Page) else None
        return found

    @property
    def allow(self) -> bytes:
        """Name the methods that are answered here."""
        methods = [*self.stops, "HEAD", "OPTIONS"]
        return ", ".join(dict.fromkeys(methods)).encode()


class Routes:
    """All paths of all dialects."""

    def __init__(self, dialects: Iterable[Dialect]) -> None:
        self._whole: dict[str, Served] = {}
        # By first part and number of parts, for most paths are of none of these.
        self._named: dict[tuple[str, int], list[tuple[list[str], Served]]] = {}
        for dialect in dialects:
            stops: list[Stop] = [*dialect.routes, *dialect.pages]
            for stop in stops:
                self._add(dialect.name, stop)

    def find(self, path: str) -> Served | None:
        """Find who answers at a path, with or without a slash at its end."""
        found = self._whole.get(path)
        if found is not None:
            return found
        if path.endswith("/"):
            path = path[:-1]
            found = self._whole.get(path)
        return found if found is not None else self._find_named(path)

    def _find_named(self, path: str) -> Served | None:
        _, *parts = path.split("/", _PARTS_MAX)
        known = self._named.get((parts[0], len(parts)), ()) if parts else ()
        for pattern, served in known:
            named = _match(pattern, parts)
            if named is not None:
                return Served(served.stops, named)
        return None

    def _add(self, dialect: str, stop: Stop) -> None:
        path = stop.path.rstrip("/")
        if dialect != OWN and _is_reserved(path):
            raise RouteError(
                f"Dialect '{dialect}' can't answer at {stop.path}: the house does."
                " Uninstall its package, or choose another path."
            )
        stops = self._stops(path)
        if stop.method in stops:
            raise RouteError(
                f"Dialect '{dialect}' can't answer {stop.method} {stop.path}: another"
                " dialect does. Uninstall the package of one of them."
            )
        stops[stop.method] = stop

    def _stops(self, path: str) -> dict[str, Stop]:
        if "{" not in path:
            return self._whole.setdefault(path, Served({})).stops
        pattern = path.split("/")[1:]
        held = self._named.setdefault((pattern[0], len(pattern)), [])
        for other, served in held:
            if other == pattern:
                return served.stops
        held.append((pattern, Served({})))
        return held[-1][1].stops


def _match(pattern: list[str], parts: list[str]) -> dict[str, str] | None:
    named = {}
    for wanted, told in zip(pattern, parts, strict=True):
        if wanted.startswith("{"):
            named[wanted[1:-1]] = told
        elif wanted != told:
            return None
    return named


def _is_reserved(path: str) -> bool:
    return path in _RESERVED_WHOLE or any(
        path == one or path.startswith(f"{one}/") for one in _RESERVED
    )
