"""Figures of fixed days."""

from typing import Any

View = dict[str, Any]


class FixedKpis:
    """Says of any days that one store sold something, under a name of an attacker's."""

    async def day(self, day: str) -> View:
        store = {
            "store": "<img src=x onerror=alert(1)>",
            "purchases": 3,
            "unknown": 1,
            "buyers": 2,
            "cells": {"buyers": {"what": "buyers"}},
        }
        step = {"people": 2, "cell": {"what": "step"}}
        return {"all": store, "stores": [store], "steps": {"all": [step]}}


class FixedToday:
    """A day of seven visitors, and of receipts of which nothing is known."""

    async def figures(self, day: str) -> View:
        figure = {"count": 7, "usual": 12, "weeks": 4, "simulated": False}
        nothing = {"count": None, "usual": None, "weeks": 0, "simulated": False}
        cell = {"what": "visitors", "since": day, "until": day}
        visitors = {**figure, "cell": cell}
        return {"day": day, "offset": 9, "visitors": visitors, "receipts": nothing}

    async def sold(self, day: str, sort: str, cursor: str, limit: int) -> View:
        row = {
            "object": "r/412-000871",
            "kind": "receipt",
            "at": "2026-11-20T13:00:00Z",
            "source": "till",
            "channel": "pos",
            "store": "Old Market",
            "currency": "GBP",
            "amount_minor": 2_495,
            "returned_minor": 0,
            "simulated": False,
            "person_id": 33,
        }
        back = {**row, "object": "t/7", "kind": "return", "person_id": None}
        return {"day": day, "offset": 9, "sold": [row, back], "next_cursor": None}
