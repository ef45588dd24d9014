"""What is built: the feature trace that the package ships, as the demo reads it."""

from importlib.resources import files

BUILT = ("works", "partly")


def built() -> frozenset[str]:
    """Give the codes of the features that work, if only partly.

    Raises FileNotFoundError if the package was installed without its trace.
    """
    page = files("habitue.demo").joinpath("features.md").read_text("utf-8")
    return rows_built(page)


def rows_built(page: str) -> frozenset[str]:
    r"""Give the codes that a feature trace shows to work, if only partly.

    >>> page = "| A1 | Door | partly: no gzip | `t` |\n| A2 | Again | not yet |  |\n"
    >>> sorted(rows_built(page))
    ['A1']
    """
    lines = [line[2:] for line in page.splitlines() if line.startswith("| ")]
    rows = [row for line in lines if len(row := line.split(" | ")) > 2]
    return frozenset(row[0] for row in rows if row[2].startswith(BUILT))
