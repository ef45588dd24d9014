"""habitue backup: a copy to restore from, and the proof that it is one."""

from pathlib import Path

from cyclopts import App
from msgspec import to_builtins

from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="backup")


@app.default
def backup(
    target: Path,
    *,
    digest: bool = False,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Copy the log, secrets and webhook files of one moment; the server may run.

    Parameters
    ----------
    target
        A folder to make, or a file that ends in .tar. It holds everything about
        people, and secrets: keep it where only its owner can read.
    digest
        Compute state from the copy, too, and note its checksum: what
        'habitue backup verify' compares.

    """
    from habitue.app.backup.make import back_up
    from habitue.base.clock import SystemClock

    made = back_up(settings(data, database), target, SystemClock(), digest=digest)
    if json:
        print_json(to_builtins(made))
        return
    size = sum(one.size_bytes for one in made.files.values())
    stdout.print(
        f"{target}: {made.head:,} records, {len(made.files)} files, {size:,} bytes",
        highlight=False,
        markup=False,
    )
    stdout.print(f"chain: {made.chain}", highlight=False)
    if made.state_sha256:
        stdout.print(f"state: {made.state_sha256}", highlight=False)


@app.command
def verify(target: Path, *, json: Json = False) -> None:
    """Restore a backup into a scratch folder and compare; exit code 1 if damaged.

    Parameters
    ----------
    target
        The folder or the .tar file of the backup.

    """
    from habitue.app.backup.check import check

    manifest, found = check(settings(), target)
    told = {
        "made_at": manifest.made_at,
        "version": manifest.version,
        "compared": manifest.state_sha256 is not None,
        **to_builtins(found),
    }
    if json:
        print_json(told)
        return
    for name, value in told.items():
        stdout.print(f"{name}: {value}", highlight=False)
