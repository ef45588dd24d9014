"""The options that many commands share."""

import json as jsonlib
import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console

from habitue.base.errors import InvalidError
from habitue.base.settings import Loaded, Settings, load_with_origins

Data = Annotated[
    Path | None, Parameter("--data", help="The data folder (or HABITUE_DATA).")
]
Database = Annotated[
    str | None,
    Parameter("--database", help="postgresql://... to keep truth and state there."),
]
Json = Annotated[
    bool, Parameter("--json", negative="", help="Print JSON on standard output.")
]
Constants = Annotated[
    list[str] | None,
    Parameter(
        name="--constant",
        help="What holds for all lines, again for each: currency=PLN.",
        negative=(),
    ),
]

stderr = Console(stderr=True)
stdout = Console()


def loaded(
    data: Path | None = None,
    database: str | None = None,
    config: Path | None = None,
    **flags: object,
) -> Loaded:
    """Read the settings once, with the flags on top, and where each came from."""
    given = {
        "data.folder": data,
        "database.url": database,
        **{name.replace("__", "."): value for name, value in flags.items()},
    }
    told = {name: value for name, value in given.items() if value is not None}
    return load_with_origins(told, file=config)


def settings(
    data: Path | None = None,
    database: str | None = None,
    config: Path | None = None,
    **flags: object,
) -> Settings:
    """Read the settings; as loaded, without the origins."""
    return loaded(data, database, config, **flags).settings


def constants_of(told: list[str] | None) -> dict[str, str]:
    """Read what holds for all lines.

    >>> constants_of(["currency=PLN"])
    {'currency': 'PLN'}
    """
    found = {}
    for one in told or ():
        name, sign, value = one.partition("=")
        if not (name and sign):
            raise InvalidError(f"'{one}' is no constant; write it like currency=PLN.")
        found[name] = value
    return found


def print_json(value: Any) -> None:
    """Print a value as JSON on standard output."""
    sys.stdout.write(jsonlib.dumps(value, ensure_ascii=False, indent=2) + "\n")
