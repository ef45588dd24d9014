"""Makes a backup of one moment while the server runs."""

from pathlib import Path

from habitue import __version__
from habitue.app.backup.bundle import clear, publish
from habitue.app.backup.logs import copy_log, open_file
from habitue.app.backup.manifest import (
    FORMAT,
    SECRETS,
    TRUTH,
    Manifest,
    describe,
    write_manifest,
)
from habitue.app.backup.rebuilt import rebuilt_beside
from habitue.app.projection.storage import secrets_of
from habitue.app.serving.owner import TOKEN_FILE
from habitue.base.clock import Clock, to_iso
from habitue.base.errors import ConflictError
from habitue.base.settings import Settings
from habitue.collect.webhooks.library import FOLDER as WEBHOOKS


def back_up(
    settings: Settings, target: Path, clock: Clock, *, digest: bool = False
) -> Manifest:
    """Write a backup, a folder or a .tar file, and give its manifest.

    digest: compute state from the copied log, too, and note its checksum.
    """
    if target.exists():
        raise ConflictError(f"{target} is there already. Name one that is not.")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.unfinished")
    clear(draft)
    draft.mkdir(mode=0o700)
    try:
        copy_log(settings, draft / TRUTH)
        _copy_files(settings, draft)
        manifest = _describe(settings, draft, clock, digest=digest)
        write_manifest(draft, manifest)
        _close_to_others(draft)
        publish(draft, target)
    except BaseException:
        clear(draft)
        raise
    return manifest


def _copy_files(settings: Settings, draft: Path) -> None:
    """Copy what stands beside the log.

    After the log: a secret is kept before anything in the log goes by it.
    """
    secrets = secrets_of(settings)
    for name in secrets.names():
        _put(draft / SECRETS / name, secrets.get(name) or b"")
    folder = Path(settings.data.folder)
    if (token := folder / TOKEN_FILE).is_file():
        _put(draft / TOKEN_FILE, token.read_bytes())
    for path in sorted(folder.joinpath(WEBHOOKS).glob("*.toml")):
        _put(draft / WEBHOOKS / path.name, path.read_bytes())


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)


def _describe(
    settings: Settings, draft: Path, clock: Clock, *, digest: bool
) -> Manifest:
    contents = open_file(draft / TRUTH)
    try:
        head = contents.head()
    finally:
        contents.close()
    paths = sorted(path for path in draft.rglob("*") if path.is_file())
    return Manifest(
        format=FORMAT,
        version=__version__,
        made_at=to_iso(clock.now_us()),
        kept_in="postgresql" if settings.database.url else "sqlite",
        head=head.offset,
        chain=head.chain.hex(),
        files={p.relative_to(draft).as_posix(): describe(p) for p in paths},
        state_sha256=_state(settings, draft) if digest else None,
    )


def _state(settings: Settings, draft: Path) -> str:
    scratch = draft.with_name(draft.name + ".state")
    return rebuilt_beside(draft / TRUTH, settings, scratch)


def _close_to_others(draft: Path) -> None:
    for path in draft.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
