"""Says in words how a file is read: what was found in it and what was assumed."""

from collections.abc import Iterator

from msgspec import structs

from habitue.collect.assumed import assumed
from habitue.collect.files.headers import LIKELY
from habitue.collect.files.nouns import ImportPlan, Mapping, SavedMapping
from habitue.collect.files.rejects import ours

_MARKS = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}
_FORMS = {
    "csv": "CSV",
    "parquet": "Parquet",
    "lines": "JSON lines",
    "xlsx": "a spreadsheet",
    "document": "a document",
}
_ORDERS = {"dmy": "day_first", "mdy": "month_first", "iso": "year_first"}


def assumptions(plan: ImportPlan) -> list[str]:
    """Say what was assumed of a file, a sentence each; a wrong one can be declared."""
    return [
        assumed("read", form=_FORMS[plan.format], kind=plan.kind),
        *_of_form(plan),
        *(_of_values(plan) if plan.kind != "events" else ()),
        *_by_likeness(plan),
    ]


def _of_form(plan: ImportPlan) -> Iterator[str]:
    if plan.preset:
        yield assumed("preset", preset=plan.preset)
    if plan.mapping.sheet:
        yield assumed("sheet", sheet=plan.mapping.sheet)
    if plan.saved:
        yield assumed("saved", name=plan.saved)
    if plan.format == "csv":
        mark = plan.mapping.delimiter or ","
        yield assumed(
            "letters",
            encoding=plan.encoding,
            certain=plan.encoding_certainty,
            mark=_MARKS.get(mark, mark),
        )


def _of_values(plan: ImportPlan) -> Iterator[str]:
    rules = plan.mapping
    yield assumed("decimal_comma" if rules.decimal == "," else "decimal_point")
    if rules.date_format:
        yield assumed("dates_as", form=rules.date_format)
    else:
        yield assumed(_ORDERS[rules.date_order or "iso"])
    yield assumed("zone", zone=plan.zone)


def _by_likeness(plan: ImportPlan) -> Iterator[str]:
    for name, certainty in plan.certainties.items():
        if certainty <= LIKELY:
            header = plan.headers[plan.positions[name]]
            yield assumed("likeness", header=header, field=name)


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
