"""Figures of reading: people and events asked for at a rate, beside the floor."""

from msgspec import Struct

from habitue.app.bench import load, wire
from habitue.app.bench.figure import Figure, less, quantile

VISIBLE_BAR_MS, READ_BAR_MS, CALM_BAR_MS = 25, 10, 50
# People who are read again and again, while others are read once.
ASKED_OFTEN = 200


class Paced(Struct, frozen=True, kw_only=True):
    """What was sent at a rate, and what came of it."""

    prepared: wire.Prepared
    rate_per_s: int
    report: load.Report
    cpu_us: float = 0.0


def visible(backend: str, found: Paced, below: Paced, profiles: int) -> list[Figure]:
    """Say how soon an event is seen."""
    report = found.report
    note = (
        f"{profiles:,} profiles, {found.cpu_us:.0f} us of CPU a request,"
        f" {report.not_applied} not applied within 1 s, {report.waits} answers 429;"
        " floor: answers after the flush"
    )
    name = f"{backend}: event to visible, {found.rate_per_s:,} events/s"
    return pair(name, _took(found), _took(below), VISIBLE_BAR_MS, note)


def read(backend: str, found: Paced, below: Paced, profiles: int) -> list[Figure]:
    """Say how soon a person is read, each once."""
    note = (
        f"{profiles:,} profiles, {found.cpu_us:.0f} us of CPU a request;"
        " floor: an empty answer"
    )
    name = f"{backend}: profile by identifier, {found.rate_per_s:,} requests/s"
    return pair(name, _took(found), _took(below), READ_BAR_MS, note)


def again(backend: str, found: Paced, below: Paced) -> list[Figure]:
    """Say how soon somebody is read who was read before."""
    note = f"{ASKED_OFTEN:,} people in turn, {found.cpu_us:.0f} us of CPU a request"
    name = f"{backend}: profile read again, {found.rate_per_s:,} requests/s"
    return pair(name, _took(found), _took(below), READ_BAR_MS, note)


def calm(backend: str, found: Paced, profiles: int) -> list[Figure]:
    """Say how soon a person is read at the rate of a shop's day."""
    return [
        less(
            f"{backend}: profile by identifier, {found.rate_per_s} requests/s, p95",
            quantile(found.report.latencies_ms, 0.95),
            "ms",
            bar=CALM_BAR_MS,
            note=f"{profiles:,} profiles, {found.cpu_us:.0f} us of CPU a request",
        )
    ]


def pair(
    name: str, took: list[float], floor: list[float], bar: float, note: str
) -> list[Figure]:
    """Say how long something took (ms), the half of it and 99 of 100."""
    return [
        less(
            f"{name}, p50",
            quantile(took, 0.5),
            "ms",
            floor=quantile(floor, 0.5),
            note=note,
        ),
        less(
            f"{name}, p99",
            quantile(took, 0.99),
            "ms",
            floor=quantile(floor, 0.99),
            bar=bar,
        ),
    ]


def _took(paced: Paced) -> list[float]:
    return paced.report.latencies_ms
