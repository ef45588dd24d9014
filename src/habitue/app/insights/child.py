"""The process that makes a report of rows; it knows no folder and no server."""

import sys
from collections.abc import Callable
from typing import Any

import msgspec

from habitue.app.insights.order import Made, Order
from habitue.base.errors import InvalidError

View = dict[str, Any]


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

    with pa.ipc.open_stream(order.rows) as reader:
        table = reader.read_all()
    return _maker(order.report)(table, order.told)


def _maker(name: str) -> Callable[[Any, View], View]:
    """Give who makes a report; each loads no more than it needs."""
    match name:
        case "journeys":
            from habitue.app.insights.ways_report import ways_report

            return ways_report
        case "ropo":
            from habitue.app.insights.ropo_report import ropo_report

            return ropo_report
        case "attribution":
            from habitue.app.insights.credit_report import credit_report

            return credit_report
        case "influence":
            from habitue.app.insights.influence_report import influence_report

            return influence_report
        case "intent":
            from habitue.app.insights.intent_report import intent_report

            return intent_report
        case "handovers":
            from habitue.app.insights.handover_report import handover_report

            return handover_report
        case _:
            from habitue.app.insights.experiment_report import experiment_report

            return experiment_report


if __name__ == "__main__":
    main()
