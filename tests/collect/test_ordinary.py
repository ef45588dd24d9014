"""One meaning, two engines: the quick reading gives what the steps give."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from habitue.base.ids import counted_ids
from habitue.collect.item import Arrival, Rules
from habitue.collect.limits import Limits
from habitue.collect.marking import marking_of
from habitue.collect.ordinary import read_ordinary
from habitue.collect.pipeline import take, take_by_steps
from habitue.collect.port import Credential, Subject, TokenFault
from habitue.identity.defining import policy_of
from habitue.identity.kinds import default_policy, normalise
from habitue.model.identifier import Identifier
from habitue.model.kind import IdentityPolicy
from habitue.model.source import Mode, Source, Writer
from habitue.model.staff import StaffEntry, StaffList
from tests.collect.shop import NOW_US, track


class NoKeys:
    """Knows no key, and no token."""

    def credential(self, key: str) -> Credential | None:
        return None

    def subject(self, token: str, source: str, now_us: int) -> Subject | TokenFault:
        return TokenFault("token_malformed")


def arrival(writer: Writer = Writer.SERVER, **fields: Any) -> Arrival:
    source = fields.pop("source", Source(name="web", kind=writer))
    limits = fields.pop("limits", Limits())
    policy = fields.pop("policy", default_policy())
    marking = marking_of(fields.pop("staff", StaffList()))
    return Arrival(
        rules=Rules(
            policy=policy,
            marking=marking,
            normalise=normalise,
            credentials=NoKeys(),
            new_id=counted_ids("made-"),
            limits=limits,
        ),
        credential=Credential(source=source, writer=writer, operator="Ola"),
        received_us=NOW_US,
        verify=lambda _: "token_malformed",
        **fields,
    )


def anew(told: Arrival) -> Arrival:
    """Give the same arrival, of which no id has been made yet."""
    rules = structs.replace(told.rules, new_id=counted_ids("made-"))
    return structs.replace(told, rules=rules)


def is_ordinary(item: Any, told: Arrival | None = None) -> bool:
    return read_ordinary(json.dumps(item).encode(), told or arrival()) is not None


TEXTS = st.sampled_from(
    ("", " ", "u1", " U1 ", "guest", "a@b.example", "0", "\x00", "Zażółć", "x" * 201)
)
TIMES = st.sampled_from(
    (
        "2026-03-01T11:59:00.000Z",
        "2026-03-01T13:59:00+02:00",
        "2026-03-01 11:58:00",
        "2026-03-01",
        "1900-01-01T00:00:00Z",
        "2030-01-01T00:00:00Z",
        "soon",
        "1772366400",
        1_772_366_400,
    )
)
SCALARS = st.one_of(
    TEXTS,
    st.booleans(),
    st.none(),
    st.integers(-(2**64), 2**64),
    st.floats(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inside: st.one_of(
        st.lists(inside, max_size=3), st.dictionaries(TEXTS, inside, max_size=3)
    ),
    max_leaves=12,
)
FIELDS = st.dictionaries(TEXTS, VALUES, max_size=4)
NAMES = st.sampled_from(
    ("Product Viewed", "Completed Order", "Signed Out", " Tea ", "", " ", "n" * 201, 5)
)
IDS: st.SearchStrategy[Any] = TEXTS | st.integers(0, 9) | st.none() | st.just([])
CONTEXT = st.fixed_dictionaries(
    {},
    optional={
        "page": FIELDS,
        "traits": st.fixed_dictionaries({}, optional={"email": IDS, "phone": IDS}),
        "device": st.fixed_dictionaries({"id": IDS}),
        "externalIds": st.just([{"id": "C-7", "type": "customer_id"}]),
        "reset": st.sampled_from((True, False, 1)),
        "sharedDevice": st.sampled_from((True, "yes")),
        "historical": st.booleans(),
        "impersonated": st.sampled_from((True, {"operator": "Iga"})),
        "token": st.sampled_from(("eyJ.a.b", 5)),
    },
)
ITEMS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            ("track", "page", "screen", "identify", "alias", "group")
        )
    },
    optional={
        "event": NAMES,
        "name": NAMES,
        "category": st.sampled_from(("Tea", "", 5)),
        "userId": IDS,
        "user_id": IDS,
        "anonymousId": IDS,
        "anonymous_id": IDS,
        "previousId": IDS,
        "groupId": IDS,
        "messageId": IDS,
        "message_id": IDS,
        "timestamp": TIMES,
        "originalTimestamp": TIMES,
        "sentAt": TIMES,
        "properties": FIELDS,
        "traits": st.one_of(
            FIELDS,
            st.fixed_dictionaries({"email": IDS, "firstName": TEXTS, "plan": VALUES}),
        ),
        "context": CONTEXT,
        "identifiers": st.dictionaries(
            st.sampled_from(("email", "loyalty_card", "phone", "odd")),
            st.one_of(IDS, st.lists(IDS, max_size=3)),
        ),
    },
)
# Likely to be ordinary, so that what is generated is not all left to the steps.
TAME = st.fixed_dictionaries(
    {
        "type": st.sampled_from(("track", "page", "screen", "identify")),
        "event": st.sampled_from(
            ("Product Viewed", "Completed Order", " Signed Out ", "Unsubscribed")
        ),
    },
    optional={
        "name": st.sampled_from(("Home", " Basket ", "")),
        "category": st.sampled_from(("Tea", "")),
        "userId": st.sampled_from(("u1", 7, " u1 ", None)),
        "anonymousId": st.sampled_from(("d1", 8, "")),
        "messageId": st.sampled_from(("m1", "", None)),
        "timestamp": st.sampled_from(("2026-03-01T11:59:00.123456Z", "2026-03-01")),
        "sentAt": st.sampled_from(("2026-03-01T11:59:30Z", None)),
        "properties": st.dictionaries(
            st.sampled_from(("price", "category", "products", "is_bot")),
            st.sampled_from((1, 1.5, "x", [{"sku": "T"}], None, True, {"a": {}})),
        ),
        "traits": st.fixed_dictionaries(
            {}, optional={"email": st.just("A@b.example"), "createdAt": st.just("x")}
        ),
        "context": st.fixed_dictionaries(
            {},
            optional={
                "page": st.just({"path": "/"}),
                "device": st.just({"id": "D"}),
                "reset": st.booleans(),
                "sharedDevice": st.booleans(),
                "userAgent": st.sampled_from(("Googlebot/2.1", "curl/8", "Mozilla/5")),
                "ip": st.sampled_from(("192.0.2.1", "198.51.100.1", "nowhere")),
                "purpose": st.just("prefetch"),
            },
        ),
        "identifiers": st.fixed_dictionaries(
            {}, optional={"loyalty_card": st.sampled_from(("L1", ["L2", "L1"]))}
        ),
    },
)
# A shop that keeps accounts and one kind of device for its own systems, and has closed
# one kind.
KEPT = policy_of(
    (
        structs.replace(default_policy().kind("user_id"), claim=Writer.SERVER),
        structs.replace(default_policy().kind("anonymous_id"), claim=Writer.SIGNED),
        structs.replace(default_policy().kind("loyalty_card"), closed=True),
        structs.replace(default_policy().kind("email"), claim=Writer.OPERATOR),
    ),
    IdentityPolicy(blocked=("d*",)),
)
# A shop that knows its own: a device, an address of its mail, the network of a store.
STAFFED = StaffList(
    (
        StaffEntry("identifier", "device_id:D"),
        StaffEntry("identifier", "anonymous_id:d1"),
        StaffEntry("domain", "@b.example"),
        StaffEntry("network", "192.0.2.0/24"),
    )
)
ARRIVALS = (
    arrival(staff=STAFFED),
    arrival(Writer.PUBLIC, staff=STAFFED),
    arrival(Writer.PUBLIC, staff=STAFFED, address="192.0.2.9"),
    arrival(policy=KEPT),
    arrival(Writer.PUBLIC, policy=KEPT),
    arrival(Writer.PUBLIC, policy=KEPT, source=Source(name="web", mode=Mode.TRUSTED)),
    arrival(Writer.PUBLIC, policy=KEPT, subject=Identifier("user_id", "u1")),
    arrival(),
    arrival(Writer.PUBLIC),
    arrival(Writer.OPERATOR),
    arrival(Writer.PUBLIC, source=Source(name="web", mode=Mode.TRUSTED)),
    arrival(Writer.PUBLIC, source=Source(name="web", mode=Mode.SIGNED)),
    arrival(source=Source(name="old", historical=True, shared_device=True)),
    arrival(sent_us=NOW_US - 60_000_000, context={"page": {"a": 1}, "reset": True}),
    arrival(context={"traits": {"email": "b@b.example"}}, around=b"{" * 200),
    arrival(Writer.PUBLIC, subject=Identifier("user_id", "u1")),
    arrival(Writer.PUBLIC, subject="token_expired"),
    arrival(limits=Limits(properties_max=1, name_chars_max=5, event_bytes_max=200)),
)


def dumped(item: Any, plain: bool) -> bytes:
    # With letters as they are, lone halves of pairs can't be written.
    return json.dumps(item, ensure_ascii=plain).encode("utf-8", "replace")


@given(st.one_of(TAME, TAME, ITEMS), st.sampled_from(ARRIVALS), st.booleans())
def test_the_quick_reading_gives_what_the_steps_give(
    item: Any, told: Arrival, plain: bool
) -> None:
    raw = dumped(item, plain)

    quick, slow = take(raw, anew(told)), take_by_steps(raw, anew(told))

    assert quick == slow


# As they come over the wire, where one value can be written in many ways.
RAW_VALUES = (
    *("0", "-0", "-0.0", "1.0", "1.5", "1e2", "1E+2", "1e16", "1e22", "0.1", "5e-324"),
    *("9223372036854775807", "-9223372036854775808", "9223372036854775808"),
    *("18446744073709551616", "1" + "0" * 400, "1e309", "-1e309", "1.0e0"),
    *(r'"\ud83d"', r'"\ude00"', r'"\ud83d\ude00"', r'"\u0000"', r'"\u0041"'),
    *('"\u2028"', '"Z\u0301"', '"\ufeff"', r'"\/"', '"1"', '""'),
    *("[]", "{}", "[[]]", '[1,1.0,"1"]', '{"a":1,"b":2,"a":1.0}'),
    *('{"firstName":"a","first_name":"b"}', "null", "true", "NaN", "Infinity"),
)
RAW_FIELDS = ("properties", "traits", "context")


def valued(field: str, value: str) -> bytes:
    """Write an item in which a value stands in several places of a field."""
    return (
        f'{{"type":"track","event":"Tea","userId":"u1","{field}":{{"a":{value},'
        f'"b":[{value}],"firstName":{value},"reset":{value}}}}}'
    ).encode()


@pytest.mark.parametrize("value", RAW_VALUES)
@pytest.mark.parametrize("field", RAW_FIELDS)
def test_so_it_does_however_a_value_is_written(field: str, value: str) -> None:
    raw = valued(field, value)

    quick, slow = take(raw, anew(arrival())), take_by_steps(raw, anew(arrival()))

    # Written out, for 1 and 1.0 are equal.
    assert repr(quick) == repr(slow)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"userId": 7, "anonymousId": "d1"},
        {"timestamp": "2026-03-01T11:59:00Z"},
        {"properties": {"products": [{"sku": "T"}] * 100}},
        {"context": {"device": {"id": "D"}, "traits": {"email": "a@b.example"}}},
        {"traits": {"email": "a@b.example"}, "identifiers": {"loyalty_card": "L1"}},
        {"type": "page", "name": "Zażółć", "category": "Tea"},
    ],
)
def test_what_clients_send_day_by_day_is_ordinary(fields: dict[str, Any]) -> None:
    assert is_ordinary({**track(), **fields})


@pytest.mark.parametrize(
    "fields",
    [
        {"properties": {"a": 2**63}},
        {"properties": {"a": -(2**63) - 1}},
        {"properties": {"a": "\x00"}},
        {"properties": {"a": [[[[[[[1]]]]]]]}},
        {"properties": {"a": float("nan")}},
        {"properties": dict.fromkeys(map(str, range(201)), 1)},
        {"userId": "guest"},
        {"timestamp": "soon"},
        {"timestamp": "2030-01-01T00:00:00Z"},
        {"context": {"token": "eyJ.a.b"}},
        {"context": {"impersonated": True}},
        {"user_id": "u1"},
        {"type": "alias"},
    ],
)
def test_what_has_to_be_looked_at_goes_through_the_steps(
    fields: dict[str, Any],
) -> None:
    assert not is_ordinary({**track(), **fields})


@pytest.mark.parametrize(
    ("writer", "kept"), [(Writer.PUBLIC, False), (Writer.SERVER, True)]
)
def test_what_a_writer_may_not_tell_is_left_out_with_a_warning(
    writer: Writer, kept: bool
) -> None:
    policy = policy_of(
        [structs.replace(default_policy().kind("user_id"), claim=Writer.SERVER)],
        IdentityPolicy(),
    )
    item = {**track(), "userId": "u1", "anonymousId": "d1"}

    taken = take(json.dumps(item).encode(), arrival(writer, policy=policy))

    told = json.loads(taken.entry.body)
    assert (["user_id", "u1"] in told["identifiers"]) is kept
    reasons = [warned.reason for warned in taken.warnings]
    assert reasons == ([] if kept else ["not_yours_to_tell"])


def test_where_limits_are_narrow_nothing_is_ordinary() -> None:
    narrow = arrival(limits=Limits(name_chars_max=20))

    assert not is_ordinary(track(), narrow)
