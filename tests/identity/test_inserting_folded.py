"""What people bought and told on a device in turn is theirs, however late it came."""

from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.kind import KindPolicy
from tests.identity.histories import LAW, POLICY, one, policies
from tests.identity.test_inserting import device_item
from tests.profile.shop import NOON_US
from tests.proof.logbook import DEEDS, STEPS_US, Line, entry_of, in_order
from tests.proof.test_laws import books


@settings(LAW, max_examples=LAW.max_examples // 2)
@given(
    seed=st.integers(0, 2**32),
    deeds=st.lists(DEEDS, min_size=2, max_size=20),
    policy=policies(),
    step_us=st.sampled_from(STEPS_US),
)
def test_a_device_told_in_any_order_gives_the_same_profiles(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    deeds: list[Any],
    policy: KindPolicy,
    step_us: int,
) -> None:
    chance = Random(seed)
    lines = [
        entry_of(device_item(chance, at + 1), deed, step_us)
        for at, deed in enumerate(deeds)
    ]
    folder: Path = tmp_path_factory.mktemp("devices")

    with books(folder, policy, lines, in_order(lines)) as (late, punctual):
        assert late.people() == punctual.people()
        assert late.totals() == punctual.totals()


def bought(at_us: int, device: str, *, by: str = "", order: str = "") -> Entry:
    """Write what a browser told: a look, or an order, by somebody or by nobody."""
    named = [one(by)] if by else []
    event = Event(
        type="track",
        name="Order Completed" if order else "Viewed",
        at_us=NOON_US + at_us,
        verified=True,
        identifiers=(*named, one(device)),
        properties={"order_id": order, "total": "10.00", "currency": "GBP"},
    )
    return Entry(
        source="web",
        message_id=f"{at_us}{by}",
        body=msgspec.json.encode(event),
    )


def test_an_order_moves_along_with_the_stretch_it_was_made_in(tmp_path: Path) -> None:
    device = "anonymous_id:a1"
    lines: list[Line] = []
    for turn in range(6):
        at_us = 100 + 10 * turn
        lines.append(bought(at_us, device, by=f"user_id:u{1 + turn % 2}"))
        lines.append(bought(at_us + 5, device, order=f"o{turn}"))
    # The first moves all that came after; the next two part what was moved.
    lines += [bought(at, device, by="user_id:u3") for at in (102, 142, 154)]

    with books(tmp_path, POLICY, lines, in_order(lines)) as (late, punctual):
        assert late.people() == punctual.people()
        assert late.totals() == punctual.totals()
        told = dict(late.fold.profiles.objects._objects.items())
        assert len(told) == 6
        for key, row in told.items():
            for part in row.parts:
                assert key in late.fold.profiles.state([part.strand]).objects
