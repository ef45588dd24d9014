"""Sources as the log defined them at some record, for what is folded again."""

import msgspec

from habitue.log.port import DEFINITION_SOURCE, DefinitionText, Truth, definition_id
from habitue.model.source import Source

_decode = msgspec.json.Decoder(DefinitionText).decode


class SourceHistory:
    """Reads the versions of sources, each source's once."""

    def __init__(self, truth: Truth) -> None:
        self._truth = truth
        # By source, with the offsets at which they were defined, ascending.
        self._versions: dict[str, list[tuple[int, Source]]] = {}

    def at(self, name: str, offset: int) -> Source:
        """Give a source as defined by the records up to an offset."""
        versions = self._versions.get(name)
        if versions is None:
            versions = self._versions[name] = self._read(name)
        told = [source for at, source in versions if at <= offset]
        return told[-1] if told else Source(name=name)

    def _read(self, name: str) -> list[tuple[int, Source]]:
        found: list[tuple[int, Source]] = []
        while True:
            called = definition_id("source", name, len(found) + 1)
            offset = self._truth.find(DEFINITION_SOURCE, called)
            record = None if offset is None else self._truth.get(offset)
            if offset is None or record is None or record.body is None:
                return found
            text = _decode(record.body)
            found.append((offset, msgspec.json.decode(text.body, type=Source)))
