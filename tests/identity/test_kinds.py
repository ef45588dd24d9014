"""What is told becomes an identifier, or is unused with a reason."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from habitue.identity import kinds
from habitue.identity.blocked import Blocked
from habitue.identity.kinds import (
    MEMO_MAX,
    Normaliser,
    bind,
    default_policy,
    normalise,
)
from habitue.model.event import Unused
from habitue.model.identifier import Identifier
from habitue.model.kind import DEFAULT_KINDS, KindPolicy

POLICY = default_policy()
KINDS = [kind.name for kind in POLICY.kinds]


def value(kind: str, told: object, country: str = "GB") -> str:
    answer = normalise(kind, told, country, POLICY)
    assert isinstance(answer, Identifier), answer
    return answer.value


def reason(kind: str, told: object, country: str = "GB") -> str:
    answer = normalise(kind, told, country, POLICY)
    assert isinstance(answer, Unused), answer
    return answer.reason


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Anna@Example.COM", "anna@example.com"),
        ("  anna@example.com\n", "anna@example.com"),
        ("\ufeffanna@example.com\u200b", "anna@example.com"),
        ("anna@BÜCHER.example", "anna@xn--bcher-kva.example"),
        ("anna@xn--bcher-kva.example", "anna@xn--bcher-kva.example"),
        ("ann+shop@example.com.", "ann+shop@example.com"),
        ("анна@почта.рф", "анна@xn--80a1acny.xn--p1ai"),
    ],
)
def test_an_email_is_lower_case_with_its_domain_in_ascii(told: str, kept: str) -> None:
    assert value("email", told) == kept


def test_two_owners_domains_do_not_become_one() -> None:
    assert value("email", "a@stra\u00dfe.de") != value("email", "a@strasse.de")


@pytest.mark.parametrize(
    "told",
    ["anna", "anna@", "@example.com", "anna@gmail", "a b@example.com",
     "Anna <anna@example.com>", "a@b@example.com", "anna@example..com",
     "anna@" + "x" * 64 + ".com", "x" * 250 + "@example.com"],
)  # fmt: skip
def test_what_is_no_address_is_malformed(told: str) -> None:
    assert reason("email", told) in {"malformed", "too_long"}


@pytest.mark.parametrize(
    ("told", "country", "kept"),
    [
        ("020 7946 0018", "GB", "+442079460018"),
        ("+44 (0)20 7946 0018", "KZ", "+442079460018"),
        ("8 701 123 45 67", "KZ", "+77011234567"),
        ("601 234 567", "PL", "+48601234567"),
        ("0048601234567", "PL", "+48601234567"),
        (77011234567, "KZ", "+77011234567"),
        ("601234567", "pl", "+48601234567"),
    ],
)
def test_a_phone_is_e164_by_the_sources_country(
    told: object, country: str, kept: str
) -> None:
    assert value("phone", told, country) == kept


@pytest.mark.parametrize("told", ["12", "call me", "1111111111", "0" * 12 + "7"])
def test_what_is_no_phone_is_malformed(told: str) -> None:
    assert reason("phone", told) == "malformed"


def test_a_phone_of_an_unknown_country_needs_its_code() -> None:
    assert reason("phone", "601234567", "") == "malformed"
    assert value("phone", "+48601234567", "") == "+48601234567"


def test_a_card_loses_blanks_and_dashes() -> None:
    assert value("loyalty_card", " 6364 0010–22-1 ") == "6364001022" + "1"


def test_text_is_trimmed_and_composed_and_keeps_its_case() -> None:
    assert value("user_id", " Zoe\u0301 ") == "Zo\u00e9"


def test_a_whole_number_is_an_identifier() -> None:
    assert value("customer_id", 13085) == "13085"
    assert value("customer_id", 13085.0) == "13085"


@pytest.mark.parametrize("told", [True, None, 1.5, {"id": 1}, ["u1"], float("nan")])
def test_what_is_no_text_names_nobody(told: object) -> None:
    assert reason("user_id", told) == "not_text"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "told",
    ["null", "undefined", "NULL", "None", "nil", "guest", "Anonymous", "0", "-1",
     "[object Object]", "true", "False", "NaN", "test@test", "test@test.com",
     "Test@Test.pl", "0000000000", "+00 000-000", "{{ user.id }}", "n/a",
     "00000000-0000-0000-0000-000000000000"],
)  # fmt: skip
def test_what_stands_for_nobody_is_blocked_in_every_kind(kind: str, told: str) -> None:
    assert reason(kind, told) == "blocked"


def test_a_value_that_becomes_a_blocked_one_is_blocked_too() -> None:
    assert reason("loyalty_card", "n u l l") == "blocked"


@pytest.mark.parametrize("told", ["", "   ", "\u200b", "\ufeff"])
def test_nothing_is_empty(told: str) -> None:
    assert reason("user_id", told) == "empty"


def test_a_card_of_dashes_alone_is_no_identifier() -> None:
    assert reason("loyalty_card", "–––") in {"malformed", "blocked"}


def test_an_unknown_kind_is_reported_with_its_value() -> None:
    answer = normalise("fax", "123", "GB", POLICY)

    assert answer == Unused("fax", "123", "unknown_kind")


def test_a_value_too_long_is_unused_and_shown_shortened() -> None:
    answer = normalise("user_id", "x" * 5_000_000, "GB", POLICY)

    assert isinstance(answer, Unused)
    assert answer.reason == "too_long"
    assert len(answer.value) <= 256


@pytest.mark.parametrize("told", ["a\x00b", "a\nb", "a\ud800b"])
def test_what_a_store_cannot_keep_is_malformed(told: str) -> None:
    answer = normalise("user_id", told, "GB", POLICY)

    assert isinstance(answer, Unused)
    assert answer.reason == "malformed"
    assert "\x00" not in answer.value
    answer.value.encode()


def test_the_shops_own_blocked_list_counts() -> None:
    own = KindPolicy(DEFAULT_KINDS, frozenset({"Walk-In"}), (r"till\d+",))

    answers = [normalise("user_id", told, "GB", own) for told in ("walk-in", "TILL7")]

    assert [getattr(answer, "reason", None) for answer in answers] == ["blocked"] * 2


def test_two_policies_do_not_answer_for_each_other() -> None:
    bare = KindPolicy(DEFAULT_KINDS)

    assert isinstance(normalise("user_id", "guest", "GB", bare), Identifier)
    assert isinstance(normalise("user_id", "guest", "GB", POLICY), Unused)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(KINDS), st.text(max_size=40), st.sampled_from(["GB", "KZ", ""]))
def test_any_text_is_answered_and_what_is_kept_stays_what_it_is(
    kind: str, told: str, country: str
) -> None:
    answer = normalise(kind, told, country, POLICY)

    if isinstance(answer, Identifier):
        assert normalise(kind, answer.value, country, POLICY) == answer
        answer.value.encode()


DOMAIN = st.text("abß.ü-ñİı\u0301。", min_size=1, max_size=12)


@settings(max_examples=300, deadline=None)
@given(st.text("aİßK\u0301ſ", min_size=1, max_size=4), DOMAIN)
def test_a_kept_address_stays_what_it_is(local: str, domain: str) -> None:
    answer = normalise("email", f"{local}@{domain}.de", "GB", POLICY)

    if isinstance(answer, Identifier):
        assert normalise("email", answer.value, "GB", POLICY) == answer


def test_the_memo_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "MEMO_MAX", 10)
    asked = Normaliser(POLICY)
    for number in range(1, 100):
        asked("user_id", f"u{number}", "GB")

    assert asked.remembered <= 20
    assert MEMO_MAX > 10


def shop_policy(*told: str, **of_kind: object) -> KindPolicy:
    """Give a policy with a shop's own blocked values, and changes to user_id."""
    kinds = (replace(DEFAULT_KINDS[0], **of_kind), *DEFAULT_KINDS[1:])
    return replace(POLICY, kinds=kinds, blocked=told)


@pytest.mark.parametrize(
    ("told", "blocked", "kept"),
    [
        ("till*", ["till", "TILL 7", "tills"], ["a till", "til"]),
        ("*@shop.example", ["a@shop.example"], ["a@shop.example.com"]),
        ("9*9", ["99", "9-5-9"], ["9", "989a"]),
        ("a*b*c", ["abc", "aXbXc", "abbcc"], ["acb", "abcd"]),
        ("*walk*in*", ["walk-in", "the walk in shop"], ["in walk"]),
        ("Straße", ["strasse", "STRASSE"], ["strase"]),
        ("a.c", ["a.c"], ["abc"]),
        ("(a+)+$", ["(A+)+$"], ["aaaa"]),
    ],
)
def test_of_a_shops_own_list_only_the_star_is_a_pattern(
    told: str, blocked: list[str], kept: list[str]
) -> None:
    own = shop_policy(told)

    answers = [normalise("user_id", value, "GB", own) for value in (*blocked, *kept)]

    assert [isinstance(one, Unused) for one in answers] == (
        [True] * len(blocked) + [False] * len(kept)
    )


@settings(max_examples=100, deadline=None)
@given(st.text("ab*", max_size=6).filter(lambda t: "*" in t), st.text("ab", max_size=9))
def test_a_star_means_what_a_backtracking_pattern_says(told: str, tried: str) -> None:
    wanted = re.fullmatch(".*".join(map(re.escape, told.split("*"))), tried)

    assert Blocked((), (), (told,)).has(tried) is (wanted is not None)


def test_no_pattern_of_a_shop_can_be_made_slow_by_a_value() -> None:
    own = Blocked((), (), ("*a" * 100 + "*b",))

    began = time.process_time()
    assert not own.has("a" * 256)

    assert time.process_time() - began < 1


def test_a_value_blocked_in_one_kind_is_one_of_another() -> None:
    own = shop_policy(blocked=("0815",))

    assert isinstance(normalise("user_id", "0815", "GB", own), Unused)
    assert isinstance(normalise("customer_id", "0815", "GB", own), Identifier)


def test_a_closed_kind_is_unused() -> None:
    answer = normalise("user_id", "u1", "GB", shop_policy(closed=True))

    assert answer == Unused("user_id", "u1", "closed_kind")


ANYTHING = st.one_of(
    st.text(max_size=20),
    st.sampled_from(("601 234 567", "a@b.example", "guest", " u1 ", "1")),
    st.integers(0, 10**12),
    st.sampled_from((1.0, 1.5, True, None, [], {}, (), ["u1"], b"u1")),
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([*KINDS, "fax"]), ANYTHING), min_size=1, max_size=9
    ),
    st.sampled_from(["GB", "PL", ""]),
)
def test_what_is_bound_once_answers_as_if_asked_each_time(
    told: list[tuple[str, object]], country: str
) -> None:
    bound = bind(POLICY, country)

    for kind, value in told * 2:
        fresh = Normaliser(POLICY)(kind, value, country)
        assert bound(kind, value) == fresh == normalise(kind, value, country, POLICY)


def test_one_number_is_another_phone_in_another_country() -> None:
    told = [bind(POLICY, country)("phone", "601 234 567") for country in ("PL", "CZ")]

    assert [one.value for one in told] == ["+48601234567", "+420601234567"]


def test_what_is_remembered_for_all_countries_is_bounded() -> None:
    asked = Normaliser(POLICY)
    for number in range(kinds.COUNTRIES_MAX * 3):
        asked.bind(f"x{number}")("phone", "+48601234567")

    assert asked.remembered <= kinds.COUNTRIES_MAX + 1
