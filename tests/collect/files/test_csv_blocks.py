"""Blocks cut at once come to what reading row by row comes to."""

import gzip

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from habitue.collect.files import FileError, Limits
from habitue.collect.files.csv_table import CsvTable
from habitue.collect.files.parsing import parse
from habitue.collect.files.planning import plan

cells = st.one_of(
    st.sampled_from(
        (
            *("", " ", "a", "ą", "12", '"q"', '"a,b"', '"a""b"', '"a\nb"', '"a\r\nb"'),
            *(
                '"',
                'a"b',
                '"a"b',
                "\r",
                "\0",
                "'=1",
                "x" * 50,
                "\u2028",
                "\x0b",
                "\ufeff",
            ),
        )
    ),
    st.text(max_size=6).filter(lambda t: t.encode("utf-8", "ignore").decode() == t),
)
ends = st.sampled_from(("\n", "\n", "\n", "\r\n", "\r", ""))
lines = st.builds(
    lambda row, end: ",".join(row) + end, st.lists(cells, max_size=4), ends
)
raws = st.one_of(
    st.lists(lines, max_size=12).map("".join).map(str.encode),
    st.lists(st.sampled_from((b"a,b,c\n", b'a,"b",c\n', b"a,b\n", b"\xff,b,c\n"))).map(
        b"".join
    ),
)


def read(chunks):
    """Give all lines of chunks: number, cells, fault and text; or why not."""
    told = []
    try:
        for chunk in chunks:
            for at, line in enumerate(chunk.lines):
                row = tuple(column[at] for column in chunk.columns.values())
                text = chunk.texts[at].rstrip("\r\n")
                told.append((line, row, chunk.errors.get(at), text))
    except FileError as error:
        return [str(error)]
    return told


@settings(max_examples=200)
@given(
    header=st.sampled_from(
        ("a,b,c\n", "a\n", "a,b,c\r\n", "\ufeffa,b,c\n", "a,_reason\n")
    ),
    raw=raws,
    size=st.integers(1, 64),
    cell_chars=st.sampled_from((20, 1000)),
)
@example(header="a,b,c\n", raw=b" , ," + b"x" * 55 + b"\r\n", size=9, cell_chars=1000)
@example(header="a,b,c\n", raw=b" , ," + b"x" * 54 + b",1\n", size=9, cell_chars=1000)
@example(header="a,b,c\n", raw=b'a,"b",' + b"x" * 53 + b"\r\n", size=9, cell_chars=1000)
@example(header="a\n", raw=b"x" * 20 + b"\r\n\nb", size=9, cell_chars=20)
def test_blocks_come_to_what_rows_come_to(
    tmp_path_factory, header, raw, size, cell_chars
):
    path = tmp_path_factory.getbasetemp() / "blocks.csv"
    path.write_bytes(header.encode() + raw)
    limits = Limits(cell_chars_max=cell_chars, line_chars_max=60, rows_max=20)
    table = CsvTable(path, False, limits)
    table.block_bytes = size
    wanted = range(len(table.headers))

    assert read(table.chunks(wanted)) == read(table.row_chunks(wanted))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_large_file_of_all_sorts_is_read_the_same(tmp_path, pack):
    rows = ["a,b,c\n"]
    for n in range(60_000):
        rows.append(f"{n},x{n},\n")
        if n % 9_973 == 0:
            rows.append(f'{n},"a\nb",c\r\n')
            rows.append(f'{n},"y, {n}"\n\n')
    path = tmp_path / "large.csv"
    path.write_bytes(pack("".join(rows).encode()))
    table = CsvTable(path, pack is not bytes, Limits())
    table.block_bytes = 50_000

    assert read(table.chunks(range(3))) == read(table.row_chunks(range(3)))


def test_ordinary_blocks_are_cut_at_once(tmp_path, monkeypatch):
    path = tmp_path / "plain.csv"
    path.write_text('email,name\na@b.pl,"Lovelace, Ada"\nb@b.pl,Ada\n')
    monkeypatch.delattr(CsvTable, "_chunk")

    assert len(list(parse(plan(path)))) == 2
