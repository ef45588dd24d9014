"""The process that looks for duplicates; it knows no folder and no server.

It reads messages of msgpack from standard input: first how to look, then people in
portions, an empty one last; and writes one answer.
"""

import sys

import msgspec

from habitue.app.duplicates.crowd import Crowd
from habitue.app.duplicates.framing import messages
from habitue.app.duplicates.grouping import find
from habitue.app.duplicates.order import Answer, Known, Wanted
from habitue.collect.files.sparing import spare_pandas


def main() -> None:
    """Read what to look at, look, and write what was found."""
    spare_pandas()
    told = messages(sys.stdin.buffer)
    wanted = msgspec.msgpack.decode(next(told), type=Wanted)
    crowd = Crowd()
    for message in told:
        crowd.add(msgspec.msgpack.decode(message, type=list[Known]))
    sys.stdout.buffer.write(msgspec.msgpack.encode(_answer(crowd, wanted)))


def _answer(crowd: Crowd, wanted: Wanted) -> Answer:
    try:
        return find(crowd, wanted)
    except MemoryError:
        return Answer(fault="There is too little memory to compare so many people.")


if __name__ == "__main__":
    main()
