"""The file is parsed in a child, and whatever becomes of the child is a sentence."""

import gzip
import io
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from habitue.collect.files import (
    Built,
    FileError,
    Limits,
    look,
    stream,
    streaming,
)
from habitue.collect.files.parsing import parse, parse_batches
from habitue.collect.files.planning import plan

HEADER = "receipt_id,date,sku,quantity,price,currency\n"
LINE = "{},2026-11-02T10:00:00Z,a,1,2.50,EUR\n"
TEXT = HEADER + "".join(LINE.format(n) for n in range(1200)) + LINE.format("") * 3


def test_a_child_gives_what_parsing_here_would_give(write):
    path = write(TEXT)
    planned = look(path, as_of_us=0)

    batches = list(stream(planned, batch_items=500))

    assert planned == plan(path, as_of_us=0)
    assert [one for b in batches for one in b.parsed] == list(parse(planned))
    assert [(b.lines_done, b.lines_total) for b in batches] == [
        (500, 1203),
        (1000, 1203),
        (1203, 1203),
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_columns_are_read_within_a_bound_that_leaves_their_reader_no_room(
    tmp_path, packed
):
    raw = io.BytesIO()
    people = {"email": ["anna@example.com", "jan@example.com"], "name": ["Anna", "Jan"]}
    pq.write_table(pa.table(people), raw)
    path = tmp_path / "people.parquet"
    path.write_bytes(gzip.compress(raw.getvalue()) if packed else raw.getvalue())

    planned = look(path, limits=Limits(memory_bytes_max=32 << 20))

    assert sum(len(batch.parsed) for batch in stream(planned)) == 2


def test_who_reads_no_columns_does_not_load_what_reads_them():
    told = "import sys, habitue.app.bulk.child; print('pyarrow' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "text",
    ["email,city\n,x\n", HEADER + ",,,,,\n", HEADER + LINE.format(1)[:-4] + "x\n"],
)
def test_a_rejected_line_crosses_from_the_child(write, text):
    planned = plan(write(text), as_of_us=0)

    [batch] = stream(planned)

    assert list(batch.parsed) == list(parse(planned))
    assert batch.parsed[0].line == 2


def test_a_child_shows_that_it_is_alive_while_it_has_nothing_to_tell(write):
    # Each receipt is scattered, so that the first comes out at the file's end.
    path = write(HEADER + "".join(LINE.format(n % 10_000) for n in range(60_000)))
    planned = plan(path, limits=Limits(lines_per_event_max=10))
    told = []

    outcomes = list(parse_batches(planned, 20_000, lambda: told.append("alive")))

    assert len(told) >= 6
    assert len(outcomes) == 1


def test_what_a_child_can_not_read_is_a_sentence(write):
    with pytest.raises(FileError, match="don't tell what this file holds"):
        look(write("a,b\n1,2\n"))


def test_a_child_may_be_left_in_the_middle(write):
    batches = stream(look(write(TEXT)), batch_items=10)

    first = next(batches)
    batches.close()

    assert isinstance(first.parsed[0], Built)


def test_a_child_that_needs_too_much_memory_says_so(write):
    rows = "".join(
        f"{n % 50_000},2026-11-02,{'x' * 500}{n},1,1,EUR\n" for n in range(100_000)
    )
    path = write(HEADER + rows)
    planned = plan(path, limits=Limits(memory_bytes_max=20 << 20))

    with pytest.raises(FileError, match=r"more than 20 MB of memory"):
        list(stream(planned))


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "of computing"),
        ("import sys; sys.exit(3)", "code 3"),
        (
            "import sys; sys.stdout.buffer.write(b'\\0\\0'); sys.stdout.flush()",
            "code 0",
        ),
        ("import time; time.sleep(60)", "Nothing came"),
    ],
)
def test_a_child_that_ends_or_stalls_is_a_sentence(
    write, monkeypatch, script, sentence
):
    planned = plan(write(TEXT), limits=Limits(stall_s_max=1))
    program = f"import sys; sys.stdin.buffer.read(10); {script}"
    monkeypatch.setattr(streaming, "_CHILD", (sys.executable, "-c", program))

    with pytest.raises(FileError, match=sentence):
        list(stream(planned))


def test_a_child_that_computes_too_long_is_ended(write):
    text = HEADER + "".join(LINE.format(n) for n in range(400_000))
    planned = plan(write(text), limits=Limits(cpu_s_max=1))

    with pytest.raises(FileError, match="1 s of computing"):
        list(stream(planned))


def test_no_setting_of_ours_reaches_the_child(monkeypatch):
    monkeypatch.setenv("HABITUE_DATABASE__PASSWORD", "hush")

    env = streaming.environment()

    seen = subprocess.run(
        [sys.executable, "-c", "import os; print(dict(os.environ))"],
        env=env,
        capture_output=True,
        check=True,
    )
    assert b"hush" not in seen.stdout
