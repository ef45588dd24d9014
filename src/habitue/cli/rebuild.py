"""habitue rebuild: compute every projection again from the log."""

from cyclopts import App

from habitue.app.projection.rebuild import rebuild as rebuild_state
from habitue.app.projection.rebuild import verify as verify_state
from habitue.base.errors import HabitueError
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="rebuild")


class DifferentError(HabitueError):
    """The rebuilt state differs from the one that was kept."""


@app.default
def rebuild(
    *,
    verify: bool = False,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Compute state again from the log; the server must not be running.

    Parameters
    ----------
    verify
        Change nothing; say whether the rebuilt state equals the kept one, byte for
        byte. Exit code 1 if it does not.

    """
    found = settings(data, database)
    result = verify_state(found) if verify else rebuild_state(found)
    if json:
        print_json(result)
    else:
        for name, value in result.items():
            stdout.print(f"{name}: {value}", highlight=False)
    if verify and not result["equal"]:
        raise DifferentError
