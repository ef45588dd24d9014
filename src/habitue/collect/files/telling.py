"""Says in words how a file is read: what was found in it and what was assumed."""

from msgspec import structs

from habitue.collect.files.choosing import ours
from habitue.collect.files.headers import LIKELY
from habitue.collect.files.nouns import ImportPlan, Mapping, SavedMapping

_MARKS = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}
_FORMS = {
    "csv": "CSV",
    "parquet": "Parquet",
    "lines": "JSON lines",
    "xlsx": "a spreadsheet",
    "document": "a document",
}
_ORDERS = {"dmy": "day first", "mdy": "month first", "iso": "year first, or dd.mm.yyyy"}


def assumptions(plan: ImportPlan) -> list[str]:
    """Say what was assumed of a file, a sentence each; a wrong one can be declared."""
    rules = plan.mapping
    told = [f"The file is read as {_form(plan)} of {plan.kind}."]
    if plan.saved:
        told.append(f"It goes by the kept mapping '{plan.saved}'.")
    if plan.format == "csv":
        told.append(_letters(plan))
    order = rules.date_format or _ORDERS[rules.date_order or "iso"]
    if plan.kind != "events":
        told += [
            f"Amounts have a decimal {_MARKS.get(rules.decimal or '.', 'point')}.",
            f"Dates have the {order}.",
            f"Times without an offset are those of {plan.zone}.",
        ]
    unsure = [n for n, certainty in plan.certainties.items() if certainty <= LIKELY]
    if unsure:
        columns = ", ".join(
            f"'{plan.headers[plan.positions[name]]}' for {name}" for name in unsure
        )
        told.append(f"Taken by likeness: {columns}.")
    return told


def _form(plan: ImportPlan) -> str:
    name = _FORMS[plan.format]
    if plan.preset:
        name += f" ({plan.preset})"
    return f"{name}, sheet '{plan.mapping.sheet}'," if plan.mapping.sheet else name


def _letters(plan: ImportPlan) -> str:
    mark = plan.mapping.delimiter or ","
    return (
        f"Its letters are {plan.encoding} ({plan.encoding_certainty} % certain), its"
        f" columns parted by a {_MARKS.get(mark, mark)}."
    )


def to_keep(plan: ImportPlan, name: str, *, sheet: str | None) -> SavedMapping:
    """Make the mapping by which the next file like this one is read without asking.

    sheet: the one that was asked for; one that was found is found again.
    """
    fields = {at: field for field, at in plan.positions.items()}
    columns = {
        header: fields.get(at, "")
        for at, header in enumerate(plan.headers)
        if header in ours(plan.headers)
    }
    # Two columns of one name: the one that is read decides.
    columns |= {plan.headers[at]: field for at, field in fields.items()}
    # That no date left its order open says nothing of the next file's.
    order = None if plan.mapping.date_order == "iso" else plan.mapping.date_order
    mapping: Mapping = structs.replace(
        plan.mapping, columns=columns, sheet=sheet, date_order=order
    )
    if plan.format == "csv":
        mapping = structs.replace(mapping, encoding=plan.encoding)
    return SavedMapping(name=name, headers=ours(plan.headers), mapping=mapping)
