"""Restores a backup into an empty place, less what was erased since it was made."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from msgspec import Struct, structs

from habitue.access.port import SecretStore
from habitue.access.secrets import FileSecrets
from habitue.app.backup.bundle import unpacked
from habitue.app.backup.check import check_end
from habitue.app.backup.logs import fill_log, open_file, opened, upgrade
from habitue.app.backup.manifest import (
    SECRETS,
    TRUTH,
    DamagedBackupError,
    Manifest,
)
from habitue.app.backup.place import drafted, empty_place
from habitue.app.projection.rebuild import rebuild
from habitue.app.projection.storage import open_storage, secrets_of
from habitue.app.serving.owner import TOKEN_FILE
from habitue.base.clock import Clock
from habitue.base.settings import Settings
from habitue.collect.webhooks.library import FOLDER as WEBHOOKS
from habitue.log.contents import Contents
from habitue.log.cut import Cut
from habitue.log.retell import retell, retold_definitions
from habitue.model.outcome import Fate
from habitue.model.record import RecordKind


class Restored(Struct, frozen=True, kw_only=True):
    """What a restore came to.

    records: those taken from the backup; erased: those of them that hold nothing,
    because they were erased behind them; head: where the log ends now, with the
    records that tell so; state_sha256: of the state computed from it.
    """

    records: int
    erased: int
    head: int
    state_sha256: str


def restore(
    settings: Settings,
    backup: Path,
    clock: Clock,
    *,
    until: int | None = None,
    newer: str | None = None,
) -> Restored:
    """Restore a backup to where the settings say; nothing may be there yet.

    until: the last record to take; newer: where the same log is as it went on, of
    which the erasures are taken. State is computed before this returns, so a server
    that starts on it answers at once.
    """
    target = empty_place(settings)
    scratch_of = target.with_name(f".{target.name}.unpacked")
    newer_of = target.with_name(f".{target.name}.newer")
    with (
        unpacked(backup, scratch_of) as (scratch, manifest),
        drafted(settings, target) as draft,
    ):
        upgrade(scratch / TRUTH)
        with (
            _read(scratch / TRUTH, manifest) as whole,
            opened(newer, newer_of) if newer else nullcontext() as later,
        ):
            cut = Cut(whole, until, later.contents if later else None)
            restored = _write_log(draft, cut, later.contents if later else whole, clock)
            held = FileSecrets(scratch / SECRETS)
            _restore_secrets(draft, held, *([later.secrets] if later else []))
        _restore_files(draft, scratch)
        state = rebuild(draft)
    return structs.replace(restored, state_sha256=state["sha256"])


@contextmanager
def _read(path: Path, manifest: Manifest) -> Iterator[Contents]:
    contents = open_file(path)
    try:
        head = contents.head()
        check_end(manifest, head.offset, head.chain.hex())
        yield contents
    finally:
        contents.close()


def _write_log(
    settings: Settings, cut: Cut, newest: Contents, clock: Clock
) -> Restored:
    """Write the log, say in it what was erased behind its end, and check it."""
    fill_log(settings, Path(settings.data.folder), cut)
    until, now_us = cut.head().offset, clock.now_us()
    erased = list(retell(newest.records_of(RecordKind.ERASED), until, cut.gone))
    storage = open_storage(settings)
    try:
        fates = {one.fate for one in storage.truth.commit(erased, now_us)}
        if fates - {Fate.STORED, Fate.DUPLICATE}:
            raise DamagedBackupError("What was erased since could not be noted.")
        for one in retold_definitions(newest.definitions(), cut):
            storage.truth.define(one.kind, one.name, one.body, now_us)
        # Every digest and link, as it is read back from where it lies now.
        head = storage.truth.verify()
    finally:
        storage.close()
    return Restored(records=until, erased=len(cut.gone), head=head, state_sha256="")


def _restore_secrets(settings: Settings, *stores: SecretStore) -> None:
    """Take over secrets; of one that several stores have, the first one's.

    Those that came after the backup are wanted, too: whom nothing is taken of since an
    erasure is known by one of them alone.
    """
    secrets = secrets_of(settings)
    taken: set[str] = set()
    for held in stores:
        for name in held.names():
            if name not in taken:
                secrets.put(name, held.get(name) or b"")
                taken.add(name)


def _restore_files(settings: Settings, scratch: Path) -> None:
    folder = Path(settings.data.folder)
    if (token := scratch / TOKEN_FILE).exists():
        FileSecrets(folder).put(TOKEN_FILE, token.read_bytes())
    if (webhooks := scratch / WEBHOOKS).exists():
        shutil.copytree(webhooks, folder / WEBHOOKS)
