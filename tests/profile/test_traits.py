"""Which value of a trait stands, and what is kept of the others."""

import pytest
from msgspec.structs import replace

from habitue.base.clock import HOUR_US
from habitue.profile.point import profile_at, trait_history
from habitue.profile.rows import CHANNELS_MAX, CLAIMED_TRAITS_MAX, TRAITS_MAX
from tests.profile.shop import LATER_US, NOON_US, SOURCES, Shop, item, shop


def told(at=0, source="erp", **traits):
    return item(kind="identify", at=at, source=source, traits=traits)


def test_a_verified_value_stands_before_a_later_claim():
    made = shop(told(0, "crm", email="anna@x.org"), told(5, "web", email="eve@x.org"))

    trait = made.read().traits["email"]

    assert (trait.told.value, trait.rule) == ("anna@x.org", "verified")
    assert [each.value for each in trait.others] == ["eve@x.org"]


def test_a_claimed_value_shows_where_no_verified_one_exists():
    trait = shop(told(0, "web", city="Leeds")).read().traits["city"]

    assert (trait.told.value, trait.told.verified, trait.rule) == (
        "Leeds",
        False,
        "only",
    )


def test_a_source_of_higher_priority_stands_before_a_later_one():
    made = shop(told(0, "erp", name="Anna"), told(5, "crm", name="Anne"))

    trait = made.read().traits["name"]

    assert (trait.told.value, trait.rule) == ("Anna", "priority")


def test_of_one_source_the_latest_value_stands_whenever_it_arrives():
    made = shop(told(5, name="Anna K"), told(0, name="Anna"))

    assert made.value("name") == "Anna K"


def test_of_equal_sources_the_later_value_stands():
    made = shop(told(0, "web", city="Leeds"), told(1, "app", city="York"))

    trait = made.read().traits["city"]

    assert (trait.told.value, trait.rule) == ("York", "recency")


def test_a_tie_is_decided_by_source_name_in_any_order():
    items = [told(0, "web", city="Leeds"), told(0, "app", city="York")]

    first, second = shop(*items).read(), shop(*reversed(items)).read()

    assert first == second
    assert first.traits["city"].rule == "tie"


def test_changing_a_sources_priority_decides_anew():
    made = shop(told(0, "erp", name="Anna"), told(5, "crm", name="Anne"))

    made.sources["crm"] = replace(SOURCES["crm"], priority=1)

    assert made.value("name") == "Anne"


def test_a_value_carries_its_source_time_and_item():
    one = item(
        kind="identify", at=2, source="crm", traits={"name": "Anna"}, message_id="m7"
    )

    trait = shop(one._replace(offset=41)).read().traits["name"].told

    assert (trait.source, trait.at_us, trait.message_id, trait.offset) == (
        "crm",
        NOON_US + 2 * HOUR_US,
        "m7",
        41,
    )


def test_null_takes_back_the_sources_own_value_only():
    made = shop(told(0, "crm", city="Leeds"), told(1, "erp", city=None))

    assert made.value("city") == "Leeds"
    assert made.fold(told(2, "crm", city=None)).value("city") is None


def test_locale_and_time_zone_come_from_the_context():
    made = shop(item(source="app", context={"locale": "pl-PL", "timezone": "UTC"}))

    assert (made.value("locale"), made.value("timezone")) == ("pl-PL", "UTC")


def test_a_flood_of_claimed_traits_costs_no_verified_one():
    flood = {f"a{number:04}": number for number in range(3 * CLAIMED_TRAITS_MAX)}

    made = shop(told(0, "crm", email="anna@x.org"), told(1, "web", **flood))

    profile = made.read()
    assert profile.value("email") == "anna@x.org"
    assert len(profile.traits) == CLAIMED_TRAITS_MAX + 1
    assert [each.code for each in profile.warnings] == ["claimed_traits"]


def test_too_many_traits_keep_the_same_ones_in_any_order():
    each = [told(n, **{f"t{n:04}": n}) for n in range(TRAITS_MAX + 5)]

    forward, backward = shop(*each), shop(*reversed(each))

    assert forward.dump() == backward.dump()
    assert len(forward.read().traits) == TRAITS_MAX


def test_too_many_traits_in_two_strands_keep_those_of_one_person():
    each = [told(n, **{f"t{n:04}": n}) for n in range(TRAITS_MAX + 20)]

    parted = Shop().fold(*each[::2], strand=1).fold(*each[1::2], strand=2)

    assert parted.read(1, 2) == shop(*each).read()


def test_a_value_over_a_kilobyte_is_left_out_and_said():
    profile = shop(told(0, note="x" * 2000, name="Anna")).read()

    assert set(profile.traits) == {"name"}
    assert [each.code for each in profile.warnings] == ["trait_too_big"]


@pytest.mark.parametrize("value", [10**30, -(10**30), {"a": [10**25]}])
def test_a_number_no_row_can_hold_is_left_out_and_said(value):
    made = shop(told(0, note=value, name="Anna"))

    assert set(made.read().traits) == {"name"}
    assert made.dump()


def test_a_flood_of_channels_stays_bounded_in_any_order():
    flood = [item(source="web", at=n, channel=f"c{n:03}") for n in range(80)]

    forward, backward = shop(*flood), shop(*reversed(flood))

    assert forward.dump() == backward.dump()
    assert len(forward.value("channels")) == CHANNELS_MAX
    assert forward.value("events") == 80


def test_a_hard_bounce_marks_the_address():
    bounce = item(
        "Email Bounced", at=1, email="anna@x.org", bounce_type="hard", source="erp"
    )

    profile = shop(told(0, "crm", email="anna@x.org"), bounce).read()

    assert profile.traits["email"].undeliverable


def test_a_soft_bounce_marks_nothing():
    bounce = item("Email Bounced", at=1, email="anna@x.org", bounce_type="soft")

    profile = shop(told(0, "crm", email="anna@x.org"), bounce).read()

    assert not profile.traits["email"].undeliverable


def test_unmerging_gives_each_strand_its_own_traits_back():
    made = Shop().fold(told(0, "crm", name="Anna"), strand=1)
    made.fold(told(1, "erp", name="Piotr"), strand=2)

    made.read(1, 2)

    assert (made.value("name", 1), made.value("name", 2)) == ("Anna", "Piotr")


def test_the_profile_on_a_day_shows_what_stood_then():
    items = [told(0, name="Anna"), told(48, name="Anna K"), item(at=72)]

    then = profile_at(items, NOON_US + 24 * HOUR_US, Shop().sources)

    assert then.value("name") == "Anna"
    assert then.value("events") == 1
    assert then.as_of_us == NOON_US + 24 * HOUR_US


def test_the_history_of_a_trait_names_each_change_once():
    items = [
        told(0, "crm", name="Anna"),
        told(2, "web", name="Hacked"),
        told(4, "erp", name="Anna K"),
        told(5, "erp", name="Anna K"),
    ]

    changes = list(trait_history(reversed(items), "name", Shop().sources))

    assert [(each.at_us - NOON_US) // HOUR_US for each in changes] == [0, 4]
    assert [each.told.value for each in changes] == ["Anna", "Anna K"]


def test_freshness_names_each_source_with_its_age():
    items = [item(at=0, source="erp", received=9), item(at=5, source="demo")]

    fresh = {each.source: each for each in shop(*items).read().freshness}

    assert fresh["erp"].last_received_us == NOON_US + 9 * HOUR_US
    assert fresh["erp"].last_at_us == NOON_US
    assert fresh["demo"].simulated
    assert fresh["demo"].events == 1


def test_first_and_last_campaign_are_by_time_not_by_arrival():
    def came(at, source):
        return item(at=at, context={"campaign": {"source": source, "x": "y"}})

    made = shop(came(5, "last"), came(0, "first"), came(3, "middle"))

    assert made.value("first_campaign")["source"] == "first"
    assert made.value("last_campaign")["source"] == "last"


def test_reading_a_person_without_strands_gives_an_empty_profile():
    profile = Shop().profiles.read([], LATER_US)

    assert (profile.traits, profile.value("events")) == ({}, 0)


def test_of_two_values_of_one_moment_the_greater_message_id_stands_in_any_order():
    one = item(kind="identify", traits={"city": "Leeds"}, message_id="m1", offset=1)
    other = item(kind="identify", traits={"city": "York"}, message_id="m2", offset=2)

    assert shop(one, other).value("city") == "York"
    assert shop(one, other).dump() == shop(other, one).dump()
