"""The imports there were: each is a definition, and has a key as long as it runs."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct, structs

from habitue.access.sources import Sources
from habitue.app.desks.writing import Writing
from habitue.base.errors import ConflictError, InvalidError, NotFoundError
from habitue.log.port import Truth
from habitue.model.import_run import ENDLESS, IMPORT, ImportRun, ImportStatus
from habitue.model.source import Source, Writer

TAGS_MAX, TAG_CHARS_MAX = 20, 60
# Reasons are told by how many lines they hold for; these many are kept.
REASONS_MAX, REASON_CHARS_MAX = 20, 300


class Brought(Struct, frozen=True, kw_only=True):
    """A file that somebody is about to take in, and how it is to be found again."""

    source: str
    file: str
    digest: str = ""
    size_bytes: int = 0
    kind: str = ""
    country: str | None = None
    tags: tuple[str, ...] = ()


class Ended(Struct, frozen=True, kw_only=True):
    """What became of a file's lines; broken: it ended before the file did."""

    lines: dict[str, int] = {}
    items: dict[str, int] = {}
    reasons: dict[str, int] = {}
    broken: bool = False


class ImportRuns:
    """All imports, in memory; every change goes through the log first."""

    def __init__(self, writing: Writing, sources: Sources, truth: Truth) -> None:
        self._writing = writing
        self._sources = sources
        self._truth = truth
        self._runs: dict[str, ImportRun] = {}
        # Of these items that are told again are new ones.
        self._gone: frozenset[str] = frozenset()
        self.reload()

    def reload(self) -> None:
        """Read what is defined; what stands in memory is replaced."""
        told = self._writing.definitions(IMPORT)
        read = (msgspec.json.decode(one.body, type=ImportRun) for one in told)
        self._runs = {one.import_id: one for one in read}
        self._count()

    def _count(self) -> None:
        self._gone = frozenset(
            name
            for name, one in self._runs.items()
            if one.status is ImportStatus.UNDONE
        )

    def all(self) -> Sequence[ImportRun]:
        """Give all imports, the newest first."""
        return sorted(
            self._runs.values(),
            key=lambda one: (one.begun_us, one.import_id),
            reverse=True,
        )

    def get(self, import_id: str) -> ImportRun:
        """Give an import; NotFoundError if there is none of that id."""
        run = self._runs.get(import_id)
        if run is None:
            raise NotFoundError(f"There is no import '{import_id}'.")
        return run

    @property
    def undone(self) -> frozenset[str]:
        """Give the ids of the imports that are undone, to the last line."""
        return self._gone

    async def begin(self, brought: Brought, by: str) -> tuple[ImportRun, str]:
        """Write down that an import begins; give it and the key it comes with."""
        _check(brought)
        await self._ensure_source(brought)
        secret = await self._sources.issue(brought.source, bulk=True, by=by)
        key = self._sources.key(secret)
        if key is None:
            raise ConflictError("The key of the import was revoked as it was made.")
        run = ImportRun(
            import_id=key.key_id,
            source=brought.source,
            file=brought.file,
            digest=brought.digest,
            size_bytes=brought.size_bytes,
            kind=brought.kind,
            tags=brought.tags,
            by=by,
            begun_us=self._writing.now_us(),
            after=self._truth.head(),
        )
        return await self.put(run), secret

    async def _ensure_source(self, brought: Brought) -> None:
        if self._sources.get(brought.source) is None:
            source = Source(name=brought.source, kind=Writer.SERVER)
            if brought.country:
                source = structs.replace(source, country=brought.country.upper())
            await self._sources.add(source)

    async def end(self, import_id: str, ended: Ended) -> ImportRun:
        """Write down what became of an import; its key opens nothing any more."""
        run = self.get(import_id)
        if run.status is not ImportStatus.RUNNING:
            raise ConflictError("This import has ended already.")
        await self._sources.revoke(import_id)
        status = ImportStatus.BROKEN if ended.broken else ImportStatus.DONE
        kept = sorted(ended.reasons.items(), key=lambda one: (-one[1], one[0]))
        ended_run = structs.replace(
            run,
            status=status,
            lines=ended.lines,
            items=ended.items,
            reasons={why[:REASON_CHARS_MAX]: n for why, n in kept[:REASONS_MAX]},
            ended_us=self._writing.now_us(),
            until=self._truth.head(),
        )
        return await self.put(ended_run)

    async def put(self, run: ImportRun) -> ImportRun:
        """Write an import down as it is now, and wait until state goes by it."""
        body = msgspec.json.encode(run)
        await self._writing.define(IMPORT, run.import_id, body)
        self._runs[run.import_id] = run
        self._count()
        return run


def _check(brought: Brought) -> None:
    if len(brought.tags) > TAGS_MAX:
        raise InvalidError(f"An import has {TAGS_MAX} tags at the most.")
    for tag in brought.tags:
        if not 0 < len(tag) <= TAG_CHARS_MAX or not tag.isprintable():
            raise InvalidError(f"A tag has 1 to {TAG_CHARS_MAX} plain characters.")


def is_undone(run: ImportRun) -> bool:
    """Say whether nothing of an import counts."""
    return run.undone_until >= ENDLESS
