"""Takes every line of a planned file to its one outcome."""

from collections.abc import Iterator

from habitue.collect.files.contacts import Contacts
from habitue.collect.files.events import Events
from habitue.collect.files.fields import NEEDS
from habitue.collect.files.goods import Goods
from habitue.collect.files.groups import Gathering, Survey
from habitue.collect.files.limits import BATCH_ITEMS
from habitue.collect.files.nouns import Batch, Built, ImportPlan, Parsed
from habitue.collect.files.purchases import Purchases
from habitue.collect.files.rows import Alive, RowReader, Run
from habitue.collect.files.tables import table_of


def parse(plan: ImportPlan) -> Iterator[Parsed]:
    """Give an item or a rejected line, until every line of the file is in one."""
    for batch in parse_batches(plan):
        yield from batch.parsed


def parse_batches(
    plan: ImportPlan, items: int = BATCH_ITEMS, alive: Alive = lambda: None
) -> Iterator[Batch]:
    """Give outcomes some at a time, with how far the file has come."""
    lines, outcomes = _parsed(plan, alive)
    batch: list[Parsed] = []
    done = 0
    for parsed in outcomes:
        batch.append(parsed)
        done += len(parsed.lines) if isinstance(parsed, Built) else 1
        if len(batch) >= items:
            yield Batch(tuple(batch), done, lines)
            batch = []
    if batch:
        yield Batch(tuple(batch), done, lines)


def _parsed(plan: ImportPlan, alive: Alive) -> tuple[int, Iterator[Parsed]]:
    """Count the lines, and give their outcomes."""
    if plan.kind == "events":
        events = Events(plan, alive)
        return events.count(), (
            events.parse(chunk, at, raw)
            for chunk in events.chunks()
            for at, raw in enumerate(events.raws(chunk))
        )
    reader = RowReader(plan, table_of(plan), alive)
    survey = Survey(reader.key_chunks())
    return survey.lines, _outcomes(plan, reader, survey)


def _outcomes(plan: ImportPlan, reader: RowReader, survey: Survey) -> Iterator[Parsed]:
    if plan.kind == "contacts":
        contacts = Contacts(plan, reader)
        for block in reader.blocks():
            yield from contacts.build(block)
        return
    if plan.kind in NEEDS:
        goods = Goods(plan, reader)
        for block in reader.blocks():
            yield from goods.build(block)
        return
    purchases = Purchases(plan, reader)
    gathering = Gathering(survey, plan.limits.lines_per_event_max)
    for group, fault in gathering.groups(reader.blocks()):
        yield from purchases.build(group, fault)


def recall_batches(
    plan: ImportPlan, reasons: dict[int, str], alive: Alive = lambda: None
) -> Iterator[Batch]:
    """Give lines of a file again as rejected ones, each with its reason.

    What the door did not take comes back so as the lines it was made of.
    """
    reader = RowReader(plan, table_of(plan), alive)
    done = 0
    for block in reader.blocks():
        done += len(block.lines)
        found = [at for at, line in enumerate(block.lines) if line in reasons]
        rejected = tuple(
            one
            for at in found
            for one in reader.rejected(
                Run(None, block, at, at + 1), reasons[block.lines[at]]
            )
        )
        if rejected:
            yield Batch(rejected, done, done)
