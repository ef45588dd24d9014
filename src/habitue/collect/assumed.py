"""What is said of how a file is read: each sentence by its code, with its values.

Who shows one in another language finds by the sentence which it is, and what was put
into it (habitue.base.said).
"""

from collections.abc import Mapping
from types import MappingProxyType

ASSUMED: Mapping[str, str] = MappingProxyType(
    {
        "read": "The file is read as {form} of {kind}.",
        "preset": "Its columns are those of {preset}.",
        "sheet": "The sheet '{sheet}' is read.",
        "saved": "It goes by the kept mapping '{name}'.",
        "letters": (
            "Its letters are {encoding} ({certain} % certain), its columns parted by a"
            " {mark}."
        ),
        "decimal_point": "Amounts have a decimal point.",
        "decimal_comma": "Amounts have a decimal comma.",
        "day_first": "Dates have the day first.",
        "month_first": "Dates have the month first.",
        "year_first": "Dates have the year first, or are written dd.mm.yyyy.",
        "dates_as": "Dates are written {form}.",
        "zone": "Times without an offset are those of {zone}.",
        "likeness": "By its heading the column '{header}' is taken for {field}.",
    }
)


def assumed(code: str, **values: object) -> str:
    """Give the sentence of something assumed.

    >>> assumed("zone", zone="Europe/Warsaw")
    'Times without an offset are those of Europe/Warsaw.'
    """
    return ASSUMED[code].format(**values)
