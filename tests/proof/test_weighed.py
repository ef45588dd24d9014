"""What a source's definition changes is judged alike, wherever a process starts."""

from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from habitue.app.projection.rebuild import replay
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import HOUR_US
from habitue.identity.kinds import default_policy
from habitue.log.port import Entry, Truth
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.model.source import Source, Writer
from habitue.segment.condition import Condition
from habitue.segment.definition import SEGMENT, Segment, encode
from tests.identity.live import MemoryState
from tests.profile.shop import LATER_US, NOON_US
from tests.proof.logbook import Defined, dump, stand, write

pytestmark = pytest.mark.proof("T13")

WEB = Source(name="web", kind=Writer.PUBLIC)
BOUGHT = msgspec.convert({"type": "did", "event": "$purchase"}, Condition)


def happened(name: str, properties: dict[str, str], *who: Identifier) -> Entry:
    event = Event(
        type="track",
        name=name,
        at_us=NOON_US,
        # Of a browser: it counts where its source is trusted.
        verified=False,
        identifiers=who,
        properties=properties,
    )
    return Entry(source="web", message_id=name, body=msgspec.json.encode(event))


def folded(truth: Truth, *stops: int) -> list[bytes]:
    """Fold a log; at each stop a process ends, and another starts where state is."""
    backend = MemoryState()
    for offset in (*stops, truth.head()):
        fold = stand(truth, backend, default_policy())
        replay(fold, truth, backend, offset)
    return dump(fold)


def defined(name: str) -> Defined:
    segment = Segment(segment_id=name, name=name, condition=BOUGHT)
    return Defined(SEGMENT, name, encode(segment))


def test_what_is_weighed_anew_is_not_judged_with_what_comes_next(
    tmp_path: Path,
) -> None:
    receipt = {"receipt_id": "r1", "total": "10.00", "currency": "GBP"}
    brought_back = {"return_id": "b1", "original_receipt_id": "r1"}
    bought = happened("Receipt Issued", receipt, Identifier("card_token", "t2"))
    # The receipt counts from here on: everybody is judged anew for it, bit by bit, once
    # what was defined just before is filled in.
    trusted = replace(WEB, trust_orders=True)
    # Nobody's, and perhaps of somebody's purchase: whose, is looked for widely.
    widely = happened("Return Received", brought_back)

    with closing(SqliteTruth(tmp_path / "truth.db")) as truth:
        write(truth, [WEB, defined("buyers")])
        write(truth, [bought], LATER_US + HOUR_US)
        write(truth, [defined("others"), trusted, widely], LATER_US + 2 * HOUR_US)
        at_once = folded(truth)

        for offset in range(1, truth.head()):
            assert folded(truth, offset) == at_once, offset
