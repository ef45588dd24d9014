"""What a log says of how its shop reckons, for a command that shows the settings."""

from contextlib import closing
from pathlib import Path

from habitue.app.calling.gateway import connect
from habitue.app.projection.reckoned import Held, held_in
from habitue.app.serving.owner import find_owner
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.settings import Settings
from habitue.model.reckoning import Reckoning


def shop_held(settings: Settings) -> Held | None:
    """Ask the server that runs, or look into the folder's log; None if it has none.

    A database is asked by its server alone.
    """
    folder = Path(settings.data.folder)
    if find_owner(folder) is not None:
        with connect(settings) as client:
            told = client.get("/api/v1/shop")
        return Held(Reckoning(told["time_zone"], told["currency"]), told["version"])
    path = folder / "truth.db"
    if settings.database.url or not path.exists():
        return None
    with closing(SqliteTruth(path)) as truth:
        return held_in(truth)
