"""What channels cost, as the lines of a table."""

import csv
from collections import defaultdict
from decimal import Decimal, InvalidOperation

from habitue.base.errors import InvalidError

COLUMNS = ("date", "channel", "cost", "currency")
# May stand beside these: "touch" where it is the cost of each touchpoint from then on.
PER, TOUCH = "per", "touch"
_MARKS = ("\t", ";", ",")


def parse_costs(text: str) -> list[dict[str, str]]:
    """Read lines with a heading; what is told more than once of a day is added up.

    A column `per` may say `touch`: that is what each touchpoint costs from that day on;
    of these the last line stands.
    Columns are parted by a tab, a semicolon or a comma; a comma in a cost parts its
    decimals where it does not part columns.
    """
    lines = text.removeprefix("\ufeff").strip().splitlines()
    head = lines[0] if lines else ""
    mark = next((one for one in _MARKS if head.count(one) >= len(COLUMNS) - 1), ",")
    reader = csv.DictReader(lines, delimiter=mark)
    named = [name.strip().lower() for name in reader.fieldnames or ()]
    missing = [name for name in COLUMNS if name not in named]
    if missing:
        raise InvalidError(
            f"There is no column '{missing[0]}'; the first line has to name"
            f" {', '.join(COLUMNS)}."
        )
    reader.fieldnames = named
    sums: dict[tuple[str, str, str, str], Decimal] = defaultdict(Decimal)
    for row in reader:
        told = {name: (row.get(name) or "").strip() for name in (*COLUMNS, PER)}
        amount, per = _amount(told["cost"], reader.line_num), told[PER].lower()
        if per not in {"", TOUCH}:
            raise InvalidError(
                f"Line {reader.line_num}: a cost is per '{TOUCH}', or of the day where"
                f" nothing is said; here is '{per[:40]}'."
            )
        key = (told["date"], told["channel"].lower(), told["currency"].upper(), per)
        sums[key] = amount if per else sums[key] + amount
    return [
        {"day": day, "channel": channel, "currency": currency, "cost": f"{cost:f}"}
        | ({PER: per} if per else {})
        for (day, channel, currency, per), cost in sorted(sums.items())
    ]


def _amount(told: str, line: int) -> Decimal:
    try:
        found = Decimal(told.replace(",", "."))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise InvalidError(f"Line {line}: '{told[:40]}' is no cost.")
    return found
