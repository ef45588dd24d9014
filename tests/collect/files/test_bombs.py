"""Files made to hurt: refused within seconds and within memory, by the child."""

import gzip
import io
import os
import subprocess
import sys
import time
import warnings
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from habitue.collect.files import (
    FileError,
    Limits,
    frames,
    look,
    stream,
)
from habitue.collect.files.planning import plan
from tests.collect.files.sheets import (
    book,
    of_rows,
    row_xml,
    shared,
    sheet_xml,
    zipped,
)

MEGABYTE = 1 << 20
LONG = bool(os.environ.get("HABITUE_TORTURE"))


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


def sheet_of_cells_far_apart(path):
    cells = '<row r="1"><c r="A1"><v>1</v></c></row>'
    return book(
        sheet_xml(cells + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    )


def sheet_that_is_somewhat_sparse(path):
    cells = "".join(
        f'<row r="{n}"><c r="ZZ{n}"><v>1</v></c></row>' for n in range(1, 40_000, 20)
    )
    return book(sheet_xml(cells))


def sheet_of_one_shared_text(path):
    cells = "".join(row_xml(n, [shared(0)] * 3) for n in range(1, 30_000))
    return book(sheet_xml(cells), strings=["x" * 32_000])


def sheet_of_zeros(path):
    return book(sheet_xml("0" * (60 * MEGABYTE)))


def sheet_that_lies_of_its_size(path):
    whole = bytearray(book(sheet_xml("<!--" + "0" * (30 * MEGABYTE) + "-->")))
    with zipfile.ZipFile(io.BytesIO(bytes(whole))) as archive:
        told = archive.getinfo("xl/worksheets/sheet1.xml")
    true = told.file_size.to_bytes(4, "little")
    return bytes(whole).replace(true, (4096).to_bytes(4, "little"))


def sheet_with_laughs(path):
    return book(sheet_xml("<row><c><v>&l9;</v></c></row>", head=LAUGHS))


def shared_texts_with_laughs(path):
    sheet = sheet_xml(row_xml(1, [shared(0)]))
    return book(
        sheet,
        more=[("xl/sharedStrings.xml", LAUGHS + "<sst><si><t>&l9;</t></si></sst>")],
    )


def sheet_of_a_thousand_parts(path):
    return book(sheet_xml(""), more=[(f"xl/p{n}.xml", "") for n in range(3_000)])


def sheet_with_a_part_twice(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return book(sheet_xml(""), more=[("xl/workbook.xml", "<workbook/>")])


def sheet_of_long_cells(path):
    return of_rows(["email"], ["x" * 100_000])


def sheet_with_cells_that_are_none(path):
    return book(sheet_xml('<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>'))


def sheet_with_many_columns(path):
    return of_rows(["email", *(f"c{n}" for n in range(3_000))], ["a@b.pl"])


def archive_of_archives(path):
    inner = zipped([("a.csv", "email\n" + "0" * MEGABYTE)])
    return zipped([(f"{n}.zip", inner) for n in range(50)])


def archive_that_names_a_way_out(path):
    return zipped([("../../etc/passwd", "email\na@b.pl\n")])


def sheet_cut_short(path):
    return of_rows(["email"], ["a@b.pl"])[:-30]


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)


def laughs(path):
    return (LAUGHS + "<Invoice>&l9;</Invoice>").encode()


def quadratic(path):
    entity = "a" * 100_000
    return f'<!DOCTYPE x [<!ENTITY a "{entity}">]><x>{"&a;" * 50_000}</x>'.encode()


def file_from_elsewhere(path):
    return (
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Invoice>&a;</Invoice>'
    )


def type_from_elsewhere(path):
    return b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><Invoice/>'


def deep_xml(path):
    return b"<a>" * 500_000


def wide_xml(path):
    return b"<a>" + b"<b/>" * 3_000_000 + b"</a>"


def xml_of_attributes(path):
    told = "".join(f' a{n}="1"' for n in range(100_000))
    return f"<a{told}/>".encode()


def xml_of_one_name(path):
    return b"<" + b"a" * (14 * MEGABYTE)


def document_without_end(path):
    return b"<Invoice>" + b" " * (40 * MEGABYTE)


def packed_document(path):
    return gzip.compress(b"<Invoice>" + b" " * (200 * MEGABYTE))


def endless_segment(path):
    return b"UNB+UNOC:3+" + b"a:" * (7 * MEGABYTE)


def many_segments(path):
    return b"UNB+UNOC:3+1'UNH+1+ORDERS:D:96A'" + b"LIN+1'" * 2_000_000


def wide_letters(path):
    return b"\xff\xfe" + "email\n".encode("utf-16-le") + b"0\0" * (20 * MEGABYTE)


def wide_letters_of_nothing(path):
    return b"\xff\xfe" + b"\x00\xd8" * (4 * MEGABYTE)


BOMBS = (
    packed_text, packed_lines, packed_fields, packed_packs, packed_parquet,
    one_line, one_line_no_header, many_columns, open_quote, nothing_but_quotes,
    many_rows_in_few_bytes, long_cells, plain_zeros, wide_table, nested_table,
    parquet_cut_short, parquet_with_a_lying_footer, parquet_of_noise,
    sheet_of_cells_far_apart, sheet_that_is_somewhat_sparse, sheet_of_one_shared_text,
    sheet_of_zeros, sheet_that_lies_of_its_size, sheet_with_laughs,
    shared_texts_with_laughs, sheet_of_a_thousand_parts, sheet_with_a_part_twice,
    sheet_of_long_cells, sheet_with_cells_that_are_none, sheet_with_many_columns,
    archive_of_archives, archive_that_names_a_way_out, sheet_cut_short,
    laughs, quadratic, file_from_elsewhere, type_from_elsewhere, deep_xml, wide_xml,
    xml_of_attributes, xml_of_one_name, document_without_end, packed_document,
    endless_segment, many_segments, wide_letters, wide_letters_of_nothing,
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


@pytest.mark.proof("T26")
@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.__name__)
def test_a_bomb_is_refused_and_stays_small(write, tmp_path, plain_memory, bomb, figure):
    path = write(bomb(tmp_path / "made.parquet"), "bomb")

    answers, seconds, memory = run(frames.Look(path=str(path), what="contacts"))
    if isinstance(answers[0], frames.Planned):
        answers, seconds, memory = run(frames.Parse(answers[0].plan, 500))
    figure(bomb.__name__, f"{seconds:.1f} s, {(memory - plain_memory) >> 20:+} MB")

    last = answers[-1]
    rejected_all = not any(
        hasattr(one, "item") for batch in answers[:-1] for one in batch.parsed
    )
    assert isinstance(last, (frames.Failed, frames.Done))
    assert isinstance(last, frames.Failed) or rejected_all
    assert memory < plain_memory + 200 * MEGABYTE
    # Of the target's five seconds nothing is said on a machine that is busy.
    assert seconds < (5 if LONG else 30)


def test_a_page_that_does_not_fit_the_memory_is_a_sentence(tmp_path):
    path = tmp_path / "page.parquet"
    table = pa.table({"email": np.arange(2_000_000, dtype=np.int64)})
    pq.write_table(table, path, use_dictionary=False, data_page_size=64 << 20)

    with pytest.raises(FileError, match="of memory"):
        list(stream(plan(path, "contacts", limits=Limits(memory_bytes_max=4 << 20))))


def test_a_file_that_is_no_file_is_a_sentence(tmp_path):
    with pytest.raises(FileError, match="There is no file"):
        look(tmp_path)
