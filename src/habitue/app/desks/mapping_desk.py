"""Mappings that are kept for the files of a source, as the API asks for them."""

from typing import Any

import msgspec

from habitue.access.sources import Sources
from habitue.app.desks.writing import Writing
from habitue.base.errors import NotFoundError
from habitue.collect.files.nouns import SavedMapping

View = dict[str, Any]
Views = list[View]
# Under this kind a mapping stands in the log, named source/name; null if dropped.
MAPPING = "mapping"


class MappingDesk:
    """Keeps mappings as definitions; each is for files with the headers it names."""

    def __init__(self, writing: Writing, sources: Sources) -> None:
        self._writing = writing
        self._sources = sources

    def list(self, source: str) -> Views:
        """List the mappings kept for a source, by name."""
        self._check(source)
        kept = self._kept(source)
        return [msgspec.to_builtins(kept[name]) for name in sorted(kept)]

    async def put(self, source: str, mapping: SavedMapping) -> View:
        """Keep a mapping under its name, in place of the one that was there."""
        self._check(source)
        body = msgspec.json.encode(mapping)
        await self._writing.define(MAPPING, f"{source}/{mapping.name}", body)
        view: View = msgspec.to_builtins(mapping)
        return view

    async def drop(self, source: str, name: str) -> View:
        """Keep a mapping no longer."""
        self._check(source)
        if name not in self._kept(source):
            raise NotFoundError(f"Source '{source}' has no mapping '{name}'.")
        await self._writing.define(MAPPING, f"{source}/{name}", b"null")
        return {"source": source, "name": name, "dropped": True}

    def _kept(self, source: str) -> dict[str, SavedMapping]:
        found = {}
        for one in self._writing.definitions(MAPPING):
            of, _, name = one.name.partition("/")
            if of == source:
                kept = msgspec.json.decode(one.body, type=SavedMapping | None)
                if kept is not None:
                    found[name] = kept
        return found

    def _check(self, source: str) -> None:
        if self._sources.get(source) is None:
            raise NotFoundError(f"There is no source '{source}'.")
