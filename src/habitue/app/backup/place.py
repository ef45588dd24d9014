"""Where something is restored to: an empty place, which gets its name at the end."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import structs

from habitue.base.errors import ConflictError
from habitue.base.settings import Settings


def empty_place(settings: Settings) -> Path:
    """Give the folder that the settings name; ConflictError if it is not empty."""
    target = Path(settings.data.folder).absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ConflictError(
            f"The folder {target} is not empty. A restore writes over nothing: name a"
            " new folder with --data."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


@contextmanager
def drafted(settings: Settings, target: Path) -> Iterator[Settings]:
    """Give settings with another folder, which becomes the target in the end.

    Where it ends by an error, the folder goes; one left by a kill is cleared.
    """
    draft = target.with_name(f".{target.name}.unfinished")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    try:
        yield structs.replace(
            settings, data=structs.replace(settings.data, folder=str(draft))
        )
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    draft.rename(target)
    handle = os.open(target.parent, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
