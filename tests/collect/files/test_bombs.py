"""Files made to hurt: refused within seconds and within memory, by the child."""

import gzip
import os
import subprocess
import sys
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from habitue.collect.files import FileError, Limits, frames, look, plan, stream

MEGABYTE = 1 << 20


def zeros(megabytes):
    return b"0" * (megabytes * MEGABYTE)


def as_parquet(path, table, **options):
    pq.write_table(table, path, **options)
    return path.read_bytes()


def packed_text(path):
    return gzip.compress(b"email\n" + zeros(60))


def packed_lines(path):
    return gzip.compress(b"email\n" + b"\n" * (40 * MEGABYTE))


def packed_fields(path):
    return gzip.compress(b"email\n" + b"," * (40 * MEGABYTE))


def packed_packs(path):
    return gzip.compress(gzip.compress(zeros(60)))


def packed_parquet(path):
    return gzip.compress(b"PAR1" + zeros(60) + b"PAR1")


def one_line(path):
    return b"email\n" + zeros(20)


def one_line_no_header(path):
    return zeros(20)


def many_columns(path):
    return b"email," * 100_000 + b"\n"


def open_quote(path):
    return b'email,city\n"' + b",y\n" * 20_000


def nothing_but_quotes(path):
    return b"email\n" + b'"' * (900_000)


def many_rows_in_few_bytes(path):
    column = pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(20_000_000, np.int32)), pa.array(["a@b.pl"])
    )
    return as_parquet(path, pa.table({"email": column}))


def long_cells(path):
    return as_parquet(path, pa.table({"email": ["x" * MEGABYTE] * 100}))


def plain_zeros(path):
    table = pa.table({"email": np.zeros(20_000_000, np.int64)})
    return as_parquet(path, table, use_dictionary=False, compression="zstd")


def wide_table(path):
    return as_parquet(path, pa.table({f"c{n}": [1] for n in range(3_000)}))


def nested_table(path):
    return as_parquet(path, pa.table({"email": [[["a"]]]}))


def parquet_cut_short(path):
    return as_parquet(path, pa.table({"email": ["a@b.pl"] * 1000}))[:-20]


def parquet_with_a_lying_footer(path):
    whole = bytearray(as_parquet(path, pa.table({"email": ["a@b.pl"] * 1000})))
    whole[-8:-4] = (0x7FFFFFF0).to_bytes(4, "little")
    return bytes(whole)


def parquet_of_noise(path):
    noise = np.random.default_rng(1).bytes(MEGABYTE)
    return b"PAR1" + noise + b"PAR1"


BOMBS = (
    packed_text, packed_lines, packed_fields, packed_packs, packed_parquet,
    one_line, one_line_no_header, many_columns, open_quote, nothing_but_quotes,
    many_rows_in_few_bytes, long_cells, plain_zeros, wide_table, nested_table,
    parquet_cut_short, parquet_with_a_lying_footer, parquet_of_noise,
)  # fmt: skip


PROGRAM = """
import os, sys
from habitue.collect.files import child
child.main()
peak = next(x for x in open("/proc/self/status") if x.startswith("VmHWM"))
sys.stderr.write(peak.split()[1])
sys.stderr.flush()
os._exit(0)
"""


def run(request):
    """Give the child's answers, its seconds and its greatest memory in bytes."""
    started = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"},
    )
    with child:
        frames.write(child.stdin, request)
        child.stdin.close()
        answers = []
        while answer := frames.read_answer(child.stdout.read):
            if not isinstance(answer, frames.Alive):
                answers.append(answer)
        peak = int(child.stderr.read())
    return answers, time.perf_counter() - started, peak * 1024


@pytest.fixture(scope="module")
def plain_memory(tmp_path_factory):
    path = tmp_path_factory.mktemp("plain") / "file.csv"
    path.write_text("email\na@b.pl\n")
    return run(frames.Look(path=str(path)))[2]


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.__name__)
def test_a_bomb_is_refused_and_stays_small(write, tmp_path, plain_memory, bomb):
    path = write(bomb(tmp_path / "made.parquet"), "bomb")

    answers, _, memory = run(frames.Look(path=str(path), what="contacts"))
    if isinstance(answers[0], frames.Planned):
        answers, _, memory = run(frames.Parse(answers[0].plan, 500))

    last = answers[-1]
    rejected_all = not any(
        hasattr(one, "item") for batch in answers[:-1] for one in batch.parsed
    )
    assert isinstance(last, (frames.Failed, frames.Done))
    assert isinstance(last, frames.Failed) or rejected_all
    assert memory < plain_memory + 200 * MEGABYTE


def test_a_page_that_does_not_fit_the_memory_is_a_sentence(tmp_path):
    path = tmp_path / "page.parquet"
    table = pa.table({"email": np.arange(2_000_000, dtype=np.int64)})
    pq.write_table(table, path, use_dictionary=False, data_page_size=64 << 20)

    with pytest.raises(FileError, match="of memory"):
        list(stream(plan(path, "contacts", limits=Limits(memory_bytes_max=4 << 20))))


def test_a_file_that_is_no_file_is_a_sentence(tmp_path):
    with pytest.raises(FileError, match="There is no file"):
        look(tmp_path)
