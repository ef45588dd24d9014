"""habitue segment put: one segment brought to what a file says, with a diff first."""

from pathlib import Path

from habitue.app.calling.gateway import connect, segment
from habitue.cli.options import Data, Database, Json, print_json, settings
from habitue.cli.segment_apply import PATH, Yes, say_applied, say_difference
from habitue.cli.segment_files import Wanted, diff_of


def put(
    file: Path,
    *,
    yes: Yes = False,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Show what a TOML file would change of its segment; with --yes, change it.

    Parameters
    ----------
    file
        Named by the segment's id: vip.toml.

    """
    wanted = Wanted.read(file)
    name = wanted.segment_id
    with connect(settings(data, database)) as client:
        held = {one["id"]: one for one in client.get(PATH)["segments"]}
        changed = [wanted] if diff_of(wanted, held) else []
        if not json:
            say_difference(changed, held, [])
        if yes and changed and name in held:
            client.put(f"{PATH}/{segment(name)}", wanted.body)
        elif yes and changed:
            # Refused where somebody else has defined it meanwhile, unseen.
            client.post(PATH, {"id": name, **wanted.body})
    told = {
        "changed": [one.segment_id for one in changed],
        "deleted": [],
        "same": 1 - len(changed),
        "applied": yes,
    }
    if json:
        print_json(told)
    else:
        say_applied(told)
