"""The whole look-over: each part in turn, a finding for each."""

import json
from collections.abc import Iterator
from pathlib import Path

from habitue.app.calling.gateway import Client, connect
from habitue.app.doctor import clock, disk, files
from habitue.app.doctor.backups import backups
from habitue.app.doctor.baits import baits
from habitue.app.doctor.database import rights_of
from habitue.app.doctor.finding import Finding, skipped, wrong
from habitue.app.doctor.reach import reach
from habitue.app.doctor.requests import requests
from habitue.app.doctor.sources import last_us, sources
from habitue.app.doctor.working import working
from habitue.base.clock import Clock
from habitue.base.errors import HabitueError
from habitue.base.settings import Settings

MIB = 1024 * 1024


def look_over(
    settings: Settings, of_time: Clock, backup_folder: Path | None = None
) -> Iterator[Finding]:
    """Look at the installation of the settings, whether its server runs or not."""
    folder = Path(settings.data.folder)
    if not folder.is_dir():
        yield wrong(
            "folder",
            f"There is no folder {folder}. Name the one in use with --data, or start"
            " the server once.",
        )
        return
    if not settings.database.url:
        reserve_bytes = settings.data.reserve_mb * MIB
        yield disk.room(folder, reserve_bytes)
        yield disk.reserve(folder, reserve_bytes)
        yield disk.flush(folder)
    else:
        yield from rights_of(settings.database.url)
    yield clock.goes_evenly(of_time)
    yield files.readable_by_others(folder)
    yield files.sealed(settings)
    yield from files.descriptors()
    yield from reach(settings.server)
    yield backups(backup_folder, of_time.now_us())
    try:
        with connect(settings) as client:
            yield from _inside(client, of_time.now_us())
    except HabitueError as error:
        yield wrong("server", f"It can't be asked: {error}")


def _inside(client: Client, now_us: int) -> Iterator[Finding]:
    yield from working(json.loads(client.raw("GET", "/readyz").body))
    told = client.every("/api/v1/sources", "sources")
    yield clock.is_past(last_us(told), now_us)
    yield from sources(told, now_us)
    yield _requests(client, now_us)
    yield baits(client.get("/api/v1/baits"))


def _requests(client: Client, now_us: int) -> Finding:
    try:
        told = client.get("/api/v1/privacy/requests")
    except HabitueError as error:
        # A process that follows another one doesn't know them, and says so.
        return skipped("requests", f"Not looked at: {error}")
    return requests(told, now_us)
