"""Metrics for Prometheus; no personal data is in them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from habitue.app.desks.home import Home
    from habitue.app.operation.operations import OperationsDesk


class EngineMetrics(Collector):
    """Reads the engine's counters when Prometheus asks."""

    def __init__(self, home: "Home", desk: "OperationsDesk") -> None:
        self._home = home
        self._desk = desk

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        yield self._items()
        yield self._watches()
        yield from self._unused()
        yield self._baits()
        home, engine = self._home, self._home.engine
        gauges = {
            "habitue_head_offset": ("Records applied.", home.fold.offset),
            "habitue_lag_records": ("Records behind.", home.lag_records),
            "habitue_people_known": (
                "People with an anchor or a contact.",
                home.fold.identity.known_people,
            ),
            "habitue_strangers": (
                "Devices that are nobody's so far.",
                home.fold.identity.strangers,
            ),
            "habitue_lag_ms": ("Milliseconds behind.", home.lag_ms),
            "habitue_ready": (
                "1 while items are taken, and applied within a minute.",
                int(self._desk.seems_ready),
            ),
            "habitue_leads": (
                "1 in the process that applies what all take.",
                int(engine.leader is not None),
            ),
            "habitue_faults": ("Records that could not be folded.", home.faults),
            "habitue_queued_items": (
                "Items awaiting a flush.",
                engine.committer.queued,
            ),
            "habitue_commits": ("Flushes since the start.", engine.committer.commits),
            "habitue_vast_changes": (
                "Changes among more than 5,000 identifiers that hang together.",
                home.fold.identity.vast_changes,
            ),
            "habitue_snapshots": ("State snapshots.", home.snapshots),
            "habitue_state_cached": ("Rows in memory.", home.fold.store.cached),
            "habitue_loop_lag_s": (
                "Loop lag, decaying maximum.",
                self._desk.loop_lag_s,
            ),
            "habitue_pressure": ("From 1 on, items are refused.", engine.pressure()),
        }
        if engine.room is not None:
            gauges |= {
                "habitue_disk_free_bytes": (
                    "Room on the disk of the data folder.",
                    engine.room.free_bytes(),
                ),
                "habitue_disk_full": (
                    "1 while items get 503 for want of room.",
                    int(engine.room.full),
                ),
            }
        for name, (text, value) in gauges.items():
            yield GaugeMetricFamily(name, text, value=float(value))

    def _items(self) -> Metric:
        family = CounterMetricFamily(
            "habitue_items", "Items by source and fate.", labels=["source", "fate"]
        )
        sums: dict[tuple[str, str], int] = {}
        for count in self._home.tally.counts():
            key = (count.source, count.fate)
            sums[key] = sums.get(key, 0) + count.items
        for (source, fate), items in sorted(sums.items()):
            family.add_metric([source, fate], items)
        return family

    def _baits(self) -> Metric:
        family = CounterMetricFamily(
            "habitue_bait_alarms", "Alarms of bait that somebody read."
        )
        family.add_metric([], self._home.engine.baits.alarms)
        return family

    def _watches(self) -> Metric:
        family = GaugeMetricFamily(
            "habitue_watch_missing",
            "1 while a watched folder's file has not come by its hour.",
            labels=["watch"],
        )
        desk = self._home.watches
        for watch in () if desk is None else desk.watches():
            missing = desk is not None and desk.missing_since(watch) is not None
            family.add_metric([watch.name], float(missing))
        return family

    def _unused(self) -> Iterator[Metric]:
        collector = self._home.engine.doors.events
        family = CounterMetricFamily(
            "habitue_unused",
            "Identifiers told but not taken.",
            labels=["source", "reason"],
        )
        for (source, reason), items in sorted(collector.unused.items()):
            family.add_metric([source, reason], items)
        yield family
        turned = CounterMetricFamily(
            "habitue_turned_away", "Requests turned away whole.", labels=["reason"]
        )
        for reason, requests in sorted(collector.turned_away.items()):
            turned.add_metric([reason], requests)
        yield turned
