"""Chooses the mapping that a file goes by, and says what the file itself tells."""

from pathlib import Path
from typing import Any

import msgspec

from habitue.collect.files.chunks import Table
from habitue.collect.files.csv_table import CsvTable
from habitue.collect.files.limits import Limits
from habitue.collect.files.nouns import FileError, Mapping, SavedMapping
from habitue.collect.files.presets import preset_for
from habitue.collect.files.rejects import ours
from habitue.collect.files.tables import Opened, open_table

# The days, counted from year 1, that spreadsheets call 0: 1899-12-30, 1904-01-01.
_DAY_ZERO, _DAY_ZERO_1904 = 693_594, 695_056


def find_kept(
    path: Path, limits: Limits, saved: tuple[SavedMapping, ...]
) -> tuple[SavedMapping | None, Opened | None]:
    """Find the kept mapping that was made for a file like this one."""
    for one in saved:
        try:
            opened = open_table(path, limits, one.mapping)
        except FileError:
            # Said again without a mapping, if that is how it is.
            continue
        if ours(opened.table.headers) == one.headers:
            return one, opened
    return None, None


def known_rules(table: Table, given: Mapping) -> tuple[Mapping, str | None]:
    """Lay what is given over what is known of such a file; give its name as well."""
    base: Mapping | None = getattr(table, "mapping", None)
    if base is not None:
        columns = {**base.columns, **given.columns}
        rules = laid_over(base, msgspec.structs.replace(given, columns=columns))
        return rules, getattr(table, "name", None)
    preset = None if given.columns else preset_for(table.headers)
    if preset is None:
        return given, None
    return laid_over(preset.mapping, given), preset.name


def laid_over(base: Mapping, given: Mapping) -> Mapping:
    """Take what is given, and the rest from the preset."""
    stated = {
        name: value
        for name in Mapping.__struct_fields__
        if (value := getattr(given, name)) != getattr(Mapping(), name)
    }
    if "constants" in stated:
        stated["constants"] = {**base.constants, **given.constants}
    return msgspec.structs.replace(base, **stated)


def form_of(table: Table) -> dict[str, Any]:
    """Give what was found of how a table is written, as a mapping says it."""
    if isinstance(table, CsvTable):
        return {
            "delimiter": table.delimiter,
            "quote": table.quote,
            "encoding": table.encoding,
        }
    sheet = getattr(table, "sheet", None)
    return {"delimiter": None, **({"sheet": sheet} if sheet else {})}


def day_zero_of(table: Table) -> int:
    """Give the day from which a spreadsheet counts; 0 for what is none."""
    if table.format != "xlsx":
        return 0
    return _DAY_ZERO_1904 if getattr(table, "counts_from_1904", False) else _DAY_ZERO
