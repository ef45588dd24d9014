"""Conditions taken apart, and put into one another."""

from msgspec import structs

from habitue.segment.condition import AllOf, Did, DidNot, HasTrait, InSegment, Not
from habitue.segment.facts import Facts
from habitue.segment.meaning import matches
from habitue.segment.walk import inlined, leaves, needs, segments_in
from tests.segment.generated import cases

CITY = HasTrait(name="city", op="exists")
VIP, NEW = InSegment(segment="vip"), InSegment(segment="new")


def test_segments_are_put_in_their_place_through_others_too():
    library = {"vip": AllOf(of=(CITY, NEW)), "new": Not(of=CITY)}

    told = inlined(Not(of=VIP), library)

    assert told == Not(of=AllOf(of=(CITY, Not(of=CITY))))


def test_a_segment_that_is_unknown_stays_and_has_nobody():
    told = inlined(VIP, {})

    assert told == VIP
    assert not matches(told, Facts(), 0)


def test_half_a_circle_from_elsewhere_ends_nothing():
    told = inlined(VIP, {"vip": Not(of=NEW), "new": Not(of=VIP)})

    assert segments_in(told) == {"vip"}


def test_what_is_put_in_place_means_what_being_in_it_means():
    both = list(cases(400, seed=71))
    for one, other in zip(both[::2], both[1::2], strict=True):
        library = {"vip": one.condition}
        inside = matches(one.condition, other.facts, other.now_us)
        vip = frozenset({"vip"} if inside else ())
        facts = structs.replace(other.facts, memberships=vip)

        told = inlined(AllOf(of=(VIP,)), library)

        if not segments_in(one.condition):
            assert matches(told, facts, other.now_us) is inside


def test_what_a_condition_needs_is_what_it_looks_at():
    bought = Did(event=("$purchase", "Product Viewed"))

    told = needs(AllOf(of=(bought, Not(of=DidNot(event="$return")))))

    assert told.events == {"Product Viewed"}
    assert told.objects == {"$purchase", "$return"}
    assert not told.profile
    assert not told.lines
    assert needs(CITY).profile


def test_less_than_it_needs_is_not_missed():
    for case in cases(1_000, seed=72):
        told, facts = needs(case.condition), case.facts
        kept = tuple(
            one
            for one in facts.done
            if one.name in told.events | told.objects
            or (told.all_events and not one.name.startswith("$"))
        )
        bare = facts if told.profile else Facts(shop_zone=facts.shop_zone)
        less = structs.replace(bare, done=kept)

        whole = matches(case.condition, facts, case.now_us)
        assert matches(case.condition, less, case.now_us) is whole


def test_leaves_come_from_first_to_last():
    assert list(leaves(AllOf(of=(VIP, Not(of=CITY), NEW)))) == [VIP, CITY, NEW]
