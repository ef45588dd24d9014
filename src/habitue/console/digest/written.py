"""A digest as files: a page that stands alone, text for a terminal or a mail, rows."""

import csv
import io

from habitue.base.cells import guard
from habitue.console.digest.made import Digest, Line
from habitue.console.look import Look
from habitue.console.render import render

FORMS = {
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
# The page stands alone, in a mail too, so it brings how it looks along.
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;color:#221d18;background:#faf7f2;"
    "max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "h1{font-size:1.5rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}"
    "table{border-collapse:collapse;width:100%;background:#fff}"
    "th,td{padding:.4rem .6rem;border-bottom:1px solid #e7dfd4;text-align:right}"
    "th:first-child{text-align:left;font-weight:400;overflow-wrap:anywhere}"
    "thead th{color:#6b6158;font-size:.85rem}"
)


def written(digest: Digest, look: Look) -> dict[str, str]:
    """Give a digest's files, by the ends of their names."""
    return {
        "html": render("digest/digest.html", look, digest=digest, style=STYLE),
        "txt": as_text(digest),
        "csv": as_rows(digest),
    }


def as_text(digest: Digest) -> str:
    """Write a digest as plain text, its figures in columns."""
    parts = [f"{digest.title}: {digest.shop}", digest.days, "", *digest.sentences]
    lines = [line for block in digest.blocks for line in block.lines]
    widths = [
        max(map(len, (head, *(_cells(line)[at] for line in lines))))
        for at, head in enumerate(digest.heads)
    ]
    for block in digest.blocks:
        rows = [digest.heads, *map(_cells, block.lines)]
        parts += ["", block.title, "-" * len(block.title)]
        parts += [_in_columns(row, widths) for row in rows]
    return "\n".join(parts) + "\n"


def _cells(line: Line) -> tuple[str, str, str, str]:
    return line.name, line.now, line.before, line.change


def _in_columns(row: tuple[str, ...], widths: list[int]) -> str:
    first = row[0].ljust(widths[0])
    rest = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
    return "  ".join((first, *rest)).rstrip()


def as_rows(digest: Digest) -> str:
    """Write a digest as CSV, a figure a row; what looks like a formula is led by '."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow([guard(cell) for cell in (digest.title, *digest.heads)])
    for block in digest.blocks:
        for line in block.lines:
            rows.writerow([guard(cell) for cell in (block.title, *_cells(line))])
    return out.getvalue()
