"""Entries that an import makes ready are those that the door's steps would make."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitue.app.bulk.check import Checker, Retold
from habitue.app.bulk.format import ImportTerms
from habitue.app.bulk.known import Known
from habitue.app.bulk.ready import Readying
from habitue.collect.arrive import make_arrival
from habitue.collect.body import Envelope
from habitue.collect.item import Rules
from habitue.collect.limits import Limits
from habitue.collect.pipeline import take, take_by_steps
from habitue.collect.port import Credential
from habitue.identity.kinds import default_policy, normalise
from habitue.model.event import Event, same_content
from habitue.model.identifier import Identifier
from habitue.model.kind import Form
from habitue.model.source import Source, Writer

NOW_US = 1_790_000_000_000_000
CRM = Source(name="crm", country="PL")
encode = msgspec.json.encode
decode = msgspec.json.Decoder(Event).decode

words = st.one_of(
    st.sampled_from(("", "guest", "null", "Anna", "22423", " A 1 ", "000", "LC-00 1")),
    st.text(max_size=12).filter(lambda t: t.isascii() or t.isprintable()),
)
emails = st.sampled_from(
    ("anna@example.com", "Anna@Example.COM", "a@b", "test@test.pl", "ą@bücher.example")
)
phones = st.sampled_from(("+48600100200", "600 100 200", "12", "0000000", "+999123456"))
numbers = st.one_of(st.integers(-(2**40), 2**40), st.sampled_from((0.5, 29.35, 1e15)))
times = st.sampled_from(
    (
        *(
            "2026-03-01T10:00:00Z",
            "2026-03-01T10:00:00.123456Z",
            "1969-01-01T00:00:00Z",
        ),
        *("2099-01-01T00:00:00Z", "2010-12-01T08:26:00Z"),
    )
)
names = st.sampled_from(
    ("Receipt Issued", "Journey Entered", "Signed Out", " Spaced ", "Ours \t", "Own")
)
people = st.fixed_dictionaries(
    {},
    optional={
        "customer_id": words,
        "loyalty_card": words,
        "email": emails,
        "phone": phones,
        "card_token": words,
    },
)
contexts = st.fixed_dictionaries(
    {"historical": st.booleans(), "updated_at": times},
    optional={"consents": st.lists(st.dictionaries(words, words, max_size=3))},
)
products = st.lists(
    st.fixed_dictionaries({"sku": words, "quantity": numbers, "price": numbers}),
    max_size=3,
)


def items(**fields):
    shared = {"messageId": words.map("m/{}".format), "context": contexts}
    return st.fixed_dictionaries(
        {**shared, "identifiers": people, **fields}, optional={"timestamp": times}
    )


contacts = items(
    type=st.just("identify"),
    traits=st.fixed_dictionaries(
        {}, optional={"email": emails, "phone": phones, "first_name": words}
    ),
)
receipts = items(
    type=st.just("track"),
    event=names,
    properties=st.fixed_dictionaries({"total": numbers, "products": products}),
)


def terms_of(source=CRM, writer=Writer.SERVER, **rules):
    return ImportTerms(
        source=source,
        writer=writer,
        operator=rules.pop("operator", None),
        limits=Limits(**rules),
        policy=default_policy(),
    )


def arrived(terms):
    rules = Rules(
        policy=terms.policy,
        normalise=normalise,
        credentials=None,
        new_id=lambda: "new",
        limits=terms.limits,
    )
    credential = Credential(
        source=terms.source, writer=terms.writer, operator=terms.operator, bulk=True
    )
    return make_arrival(rules, credential, Envelope(items=()), NOW_US)


def readying(terms):
    return Readying(terms, normalise, lambda: NOW_US)


TERMS = terms_of()
READY, ARRIVAL = readying(TERMS), arrived(TERMS)
CHECKER = Checker(ARRIVAL, Known(ARRIVAL.rules, "PL"))


@settings(max_examples=100)
@given(st.one_of(contacts, receipts))
def test_what_is_made_ready_is_what_the_steps_make(item):
    message_id, body = READY.of_item(item)

    entry = take_by_steps(encode(item), ARRIVAL).entry
    if message_id is None:
        assert body == encode(item)
    else:
        assert (message_id, body) == (entry.message_id, entry.body)
        assert entry.reason is None


@settings(max_examples=60)
@given(st.one_of(contacts, receipts))
def test_what_is_made_ready_is_taken_by_the_server(item):
    message_id, body = READY.of_item(item)

    if message_id is not None:
        assert CHECKER.take(message_id, body) is not None


@given(st.one_of(contacts, receipts))
def test_what_is_told_anew_for_a_replay_reads_the_same(item):
    message_id, body = READY.of_item(item)
    if message_id is None:
        return

    again = take(Retold(message_id, decode(body))(), ARRIVAL)

    assert again.entry.message_id == message_id
    assert same_content(again.event, decode(body))


@pytest.mark.parametrize(
    "item",
    [
        {"type": "identify", "identifiers": {"email": "anna@example.com"}},
        {
            "type": "track",
            "event": "Receipt Issued",
            "timestamp": "2010-12-01T08:26:00Z",
            "identifiers": {"customer_id": "1", "email": "Anna@Example.com"},
            "properties": {
                "total": 1.5,
                "products": [{"sku": "1", "quantity": 1}] * 20,
            },
        },
    ],
)
def test_an_everyday_item_is_made_ready(item):
    item = {**item, "messageId": "m", "context": {"historical": True}}

    assert READY.of_item(item)[0] == "m"


def test_what_comes_under_a_public_source_is_left_to_the_server():
    ready = readying(terms_of(Source(name="web", kind=Writer.PUBLIC), Writer.PUBLIC))
    item = {"type": "identify", "messageId": "m", "context": {}, "identifiers": {}}

    assert ready.of_item(item) == (None, encode(item))


def test_where_limits_are_narrow_all_is_left_to_the_server():
    ready = readying(terms_of(properties_max=10))
    item = {"type": "identify", "messageId": "m", "context": {}, "identifiers": {}}

    assert ready.of_item(item) == (None, encode(item))


shapes = st.from_regex(r"[ -~]{0,12}", fullmatch=True)
addresses = st.from_regex(r"[!-~]{1,6}@[a-z0-9.-]{1,8}\.[a-z]{1,3}", fullmatch=True)


@settings(max_examples=150)
@given(
    st.sampled_from(default_policy().kinds),
    st.one_of(
        shapes, addresses, words, emails, st.sampled_from(("{{x}}", "Test@Test.x"))
    ),
)
def test_a_value_that_needs_no_normalising_is_normal(kind, value):
    if kind.form is Form.PHONE:
        return
    one = Identifier(kind.name, value)

    if Known(ARRIVAL.rules, "PL").holds((one,)):
        assert normalise(kind.name, value, "PL", default_policy()) == one
