"""habitue note: what the staff note of a person."""

from cyclopts import App

from habitue.app.calling.gateway import connect
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout
from habitue.cli.person import find

app = App(name="note")


@app.default
def note(
    who: str,
    text: str,
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Note something of a person, for whoever looks at them next.

    Parameters
    ----------
    who
        An identifier as kind:value (email:anna@example.com), or a person id.
    text
        What to note; up to 1,000 characters.

    """
    with connect(settings(data, database)) as client:
        path = f"/api/v1/people/{find(client, who)['person_id']}/notes"
        made = client.post(path, {"text": text})
    if json:
        print_json(made)
        return
    stdout.print(f"Noted of person {made['person_id']}.")
