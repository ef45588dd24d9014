"""What people bought and told on a device in turn is theirs, however late it came."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitue.model.kind import KindPolicy
from tests.identity.histories import LAW, policies
from tests.identity.test_inserting import device_item
from tests.proof.logbook import DEEDS, STEPS_US, entry_of, in_order
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
