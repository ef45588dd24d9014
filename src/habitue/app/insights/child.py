"""The process that makes a report of rows; it knows no folder and no server."""

import sys
from collections.abc import Callable
from pkgutil import resolve_name
from typing import Any

import msgspec

from habitue.app.insights.order import Made, Order
from habitue.base.errors import InvalidError
from habitue.collect.files.sparing import spare_pandas

View = dict[str, Any]

_HERE = "habitue.app.insights"
# Who makes which report, by the name of its function.
MAKERS = {
    "journeys": f"{_HERE}.ways_report:ways_report",
    "ropo": f"{_HERE}.ropo_report:ropo_report",
    "attribution": f"{_HERE}.credit_report:credit_report",
    "influence": f"{_HERE}.influence_report:influence_report",
    "experiment": f"{_HERE}.experiment_report:experiment_report",
    "baseline": f"{_HERE}.planner:baseline_report",
    "intent": f"{_HERE}.intent_report:intent_report",
    "handovers": f"{_HERE}.handover_report:handover_report",
    "geo_design": f"{_HERE}.geo_report:geo_design",
    "geo_cause": f"{_HERE}.geo_cause:geo_cause",
    "geo_read": f"{_HERE}.geo_report:geo_read",
}


def main() -> None:
    """Read an order from standard input, and write what was made of it."""
    order = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Order)
    try:
        made = Made(view=report(order))
    except InvalidError as error:
        made = Made(fault=str(error))
    sys.stdout.buffer.write(msgspec.msgpack.encode(made))


def report(order: Order) -> View:
    """Make a report of its rows."""
    import pyarrow as pa

    spare_pandas()
    with pa.ipc.open_stream(order.rows) as reader:
        table = reader.read_all()
    return _maker(order.report)(table, order.told)


def _maker(name: str) -> Callable[[Any, View], View]:
    """Give who makes a report; each loads no more than it needs."""
    made: Callable[[Any, View], View] = resolve_name(MAKERS[name])
    return made


if __name__ == "__main__":
    main()
