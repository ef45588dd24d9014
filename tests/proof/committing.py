"""A process that commits to a log and says what was acknowledged; it ends unclosed.

Arguments: the truth's path, how many commits. The log is carried over often, so that
all its files are written to. Each line on stdout is one acknowledged item.
"""

import os
import sys
from pathlib import Path

from habitue.backends.sqlite.truth import SqliteTruth
from habitue.log.port import Entry

WAL_BYTES_MAX = 400_000


def main(path: Path, commits: int) -> None:
    truth = SqliteTruth(path, recent_max=64, wal_bytes_max=WAL_BYTES_MAX)
    for number in range(commits):
        body = b'{"n":%d,"more":"%b"}' % (number, b"x" * (number * 97 % 9_000))
        items = [
            Entry(source="till", message_id=f"m{number}-{at}", body=body)
            for at in range(1 + number % 3)
        ]
        for item, outcome in zip(items, truth.commit(items, number), strict=True):
            os.write(1, f"{item.message_id} {outcome.offset}\n".encode())
    # As by a power cut: nothing is closed, nothing carried over.
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
