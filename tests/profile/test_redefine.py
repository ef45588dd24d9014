"""A source defined anew: its objects are decided anew, a few at a time."""

from msgspec.structs import replace

from tests.profile.shop import Shop, order, receipt, shop


def redefined(made, name, **changed):
    old = made.sources[name]
    made.sources[name] = replace(old, **changed)
    return made.profiles.redefining(old)


def test_bit_by_bit_is_as_at_once():
    told = [order(f"o{n}", 10, source="web", offset=n) for n in range(5)]
    at_once, slowly = shop(*told), shop(*told)

    list(redefined(slowly, "web", trust_orders=True))
    old = at_once.sources["web"]
    at_once.sources["web"] = replace(old, trust_orders=True)
    at_once.profiles.redefine(old)

    assert slowly.dump() == at_once.dump()
    assert slowly.value("orders") == 5


def test_each_object_is_a_step_and_reading_goes_on_between_them():
    made = shop(*[order(f"o{n}", 10, source="web", offset=n) for n in range(5)])
    seen = [made.value("orders") for _ in redefined(made, "web", trust_orders=True)]

    assert seen == [1, 2, 3, 4, 5]


def test_what_no_other_source_told_is_not_weighed_for_a_new_rank():
    made = shop(order("o1", source="erp"), receipt("r1"))

    assert sum(redefined(made, "erp", priority=99)) == 0


def test_what_two_sources_told_is_weighed_for_a_new_rank():
    made = shop(
        order("o1", "30.00", source="erp", status="paid"),
        order("o1", "40.00", source="crm", status="open"),
    )
    before = made.read().purchases[0].amount_minor

    weighed = sum(redefined(made, "crm", priority=1))

    assert (before, weighed) == (3000, 1)
    assert made.read().purchases[0].amount_minor == 4000


def test_a_source_that_told_of_no_object_costs_nothing():
    assert list(redefined(Shop(), "crm", priority=1)) == []
