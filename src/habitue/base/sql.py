"""SQL lives in .sql files: statements with a name and a description."""

import re
from importlib.resources import files

_NAMED = re.compile(r"^-- (\w+): .*$", re.MULTILINE)


def read_sql(package: str, name: str) -> str:
    """Give the text of a file of SQL that ships in a package."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def named_statements(text: str) -> dict[str, str]:
    r"""Part a text into its statements; each begins with "-- name: what it does".

    >>> named_statements("-- head: Give the last.\nSELECT 1;\n")
    {'head': 'SELECT 1'}
    """
    parts = _NAMED.split(text)[1:]
    return {
        name: body.strip().rstrip(";")
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }
