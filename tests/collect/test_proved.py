"""A grant out of a file counts only with its proof, by either reading."""

import msgspec
import pytest
from msgspec import structs

from habitue.collect.pipeline import Taken, take, take_by_steps
from habitue.model.source import Writer
from tests.collect.test_ordinary import arrival

AT = "2026-02-01T10:00:00Z"


def read(item: dict, *, bulk: bool = True, writer: Writer = Writer.SERVER) -> Taken:
    """Give what becomes of an item, which both readings say alike."""
    came = arrival(writer)
    came = structs.replace(came, credential=structs.replace(came.credential, bulk=bulk))
    who = {"email": "anna@b.example"}
    raw = msgspec.json.encode({"messageId": "m", "identifiers": who, **item})
    found, steps = take(raw, came), take_by_steps(raw, came)
    assert (found.event, found.entry.reason, found.warnings) == (
        steps.event, steps.entry.reason, steps.warnings
    )  # fmt: skip
    return found


def grant(name: str = "Subscribed", at: str | None = AT, **properties: object) -> dict:
    dated = {} if at is None else {"timestamp": at}
    return {"type": "track", "event": name, "properties": properties, **dated}


UNPROVED = {
    "neither words nor a place": grant(),
    "nothing but room for them": grant(text=" ", where=None, text_version=True),
    "no time": grant(at=None, where="till 4"),
    "by its older name": grant("Consent Granted"),
}
UNDATED = {"where": "till 4", "at": "soon"}
UNPROVED["a time that is none"] = {**grant(at=None), "properties": UNDATED}


@pytest.mark.parametrize("item", UNPROVED.values(), ids=UNPROVED)
def test_a_grant_of_a_file_without_its_proof_is_kept_aside(item):
    found = read(item)

    assert found.entry.reason == "consent_unproved"
    assert "without proof" in found.entry.detail


TAKEN = {
    "its words": grant(text="Yes, write to me."),
    "the version of them": grant(text_version=3),
    "its place": grant("Consent Granted", where="till 4"),
    "a withdrawal": grant("Unsubscribed", at=None),
    "no consent": grant("Product Viewed", at=None),
}


@pytest.mark.parametrize("item", TAKEN.values(), ids=TAKEN)
def test_one_with_its_proof_is_taken_and_so_is_a_withdrawal(item):
    assert read(item).entry.reason is None


def test_what_no_file_tells_is_not_asked_for_proof_of_itself():
    assert read(grant(), bulk=False).entry.reason is None
    # What a browser's file says is a claim, which grants nothing.
    assert read(grant(), writer=Writer.PUBLIC).entry.reason is None


def test_of_several_answers_those_alone_are_left_out_that_lack_proof():
    no = {"channel": "sms", "granted": "no"}
    proved = {"channel": "push", "granted": True, "at": AT, "where": "till 4"}
    lacking = {"channel": "email", "granted": "Yes", "at": AT}
    item = {"type": "identify", "context": {"consents": [no, lacking, proved]}}

    found = read(item)

    assert found.entry.reason is None
    assert found.event.context["consents"] == [no, proved]
    assert [one.reason for one in found.warnings] == ["grant_unproved"]
