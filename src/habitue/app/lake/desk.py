"""The analytic copy as the API asks for it: a query's answer, as Arrow or JSON."""

from typing import Any

from habitue.app.lake.copy import LakeCopy
from habitue.base.settings import Settings
from habitue.lake.port import Found, NotAnsweredError, Question

View = dict[str, Any]
_NONE = "This installation keeps no analytic copy: see the setting lake.enabled."


class LakeDesk:
    """Answers queries as of one offset, and says how the copy stands."""

    def __init__(self, copy: LakeCopy | None, settings: Settings) -> None:
        self._copy = copy
        self._rows_max = settings.lake.query_rows_max

    @property
    def _kept(self) -> LakeCopy:
        if self._copy is None:
            raise NotAnsweredError(_NONE)
        return self._copy

    def standing(self) -> View:
        """Say up to where the copy goes, and whether it answers."""
        copy = self._kept
        return {
            "offset": copy.offset,
            "sealed_offset": copy.lake.offset if copy.is_open else None,
            "sealed_events": copy.lake.rows if copy.is_open else None,
            "sessions_kept": bool(copy.is_open and copy.lake.stamp),
            "people_stale": copy.lake.stale if copy.is_open else None,
            "ready": copy.is_ready,
            "fault": copy.fault or None,
        }

    async def ask(self, sql: str, rows_max: int | None) -> Found:
        """Answer a stranger's query; rows_max: fewer than the settings allow."""
        limit = min(rows_max or self._rows_max, self._rows_max)
        return await self._kept.ask(Question(sql=sql, rows_max=limit))

    async def ask_arrow(self, sql: str, rows_max: int | None) -> tuple[bytes, View]:
        """Answer as an Arrow stream, with its offset and whether there were more."""
        from habitue.app.lake.arrow import to_ipc

        found = await self.ask(sql, rows_max)
        body = await self._kept.threads.ask(lambda: to_ipc(found.table))
        return body, _about(found)

    async def ask_json(self, sql: str, rows_max: int | None) -> tuple[bytes, View]:
        """Answer as a JSON line a row, with its offset and whether there were more."""
        from habitue.app.lake.arrow import to_json_lines

        found = await self.ask(sql, rows_max)
        body = await self._kept.threads.ask(lambda: to_json_lines(found.table))
        return body, _about(found)


def _about(found: Found) -> View:
    return {"offset": found.offset, "rows": found.table.num_rows, "more": found.more}
