"""habitue segment export: who is in a segment as a file, within the role's budget."""

from pathlib import Path
from typing import Literal

from habitue.app.calling.gateway import AnswerError, connect, detail_of, segment
from habitue.cli.options import Data, Database, settings, stdout

_MEDIA = {"csv": "text/csv", "arrow": "application/vnd.apache.arrow.stream"}


def export(
    segment_id: str,
    file: Path,
    *,
    form: Literal["csv", "arrow"] = "csv",
    data: Data = None,
    database: Database = None,
) -> None:
    """Write who is in a segment to a file; it stands in the audit with how many.

    Parameters
    ----------
    segment_id
        Its id.
    file
        Where to.
    form
        csv, or an Arrow stream.

    """
    with connect(settings(data, database)) as client:
        path = f"/api/v1/segments/{segment(segment_id)}/export"
        answer = client.raw("GET", path, accept=_MEDIA[form])
    if answer.status >= 400:
        raise AnswerError(answer.status, detail_of(answer))
    file.write_bytes(answer.body)
    stdout.print(f"{answer.headers['x-people']} people are in {file}.", highlight=False)
