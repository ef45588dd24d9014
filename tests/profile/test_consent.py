"""Who may be written to: the ledger, and the answer for a person."""

import pytest
from msgspec.structs import replace

from habitue.base.clock import HOUR_US
from habitue.model.consent import Consent
from tests.profile.shop import NOON_US, Shop, item, shop

ANNA = ("user_id:u1", "email:anna@x.org")


def said(granted, at=0, who=ANNA, source="erp", channel="email", **more):
    name = "Consent Granted" if granted else "Consent Withdrawn"
    return item(
        name,
        at=at,
        who=who,
        source=source,
        channel=channel,
        **{"purpose": "marketing", **more},
    )


def state(made, *strands, purpose="marketing", channel="email"):
    return made.profiles.answer(strands or (1,), purpose, channel).state


def test_nothing_said_is_unknown():
    assert state(shop(item())) is Consent.UNKNOWN


def test_a_grant_is_granted_with_its_entry():
    made = shop(said(True, text="Yes, write to me.", text_version="v2", by="Mo"))

    answer = made.profiles.answer([1], "marketing", "email")

    assert answer.state is Consent.GRANTED
    assert answer.entry is not None
    assert (answer.entry.contact, answer.entry.text, answer.entry.by) == (
        "email:anna@x.org",
        "Yes, write to me.",
        "Mo",
    )


def test_a_later_grant_for_the_same_address_lifts_a_withdrawal():
    assert state(shop(said(False, at=1), said(True, at=2))) is Consent.GRANTED


def test_an_earlier_grant_that_arrives_late_lifts_nothing():
    assert state(shop(said(False, at=2), said(True, at=1))) is Consent.WITHDRAWN


def test_in_the_same_instant_the_withdrawal_holds():
    assert state(shop(said(True, at=1), said(False, at=1))) is Consent.WITHDRAWN


def test_a_grant_for_another_address_lifts_nothing():
    other = said(True, at=9, who=("user_id:u1", "email:other@x.org"))

    made = shop(said(False, at=1), other)

    assert state(made) is Consent.WITHDRAWN
    reason = made.profiles.answer([1], "marketing", "email").reason
    assert "email:anna@x.org" in reason


@pytest.mark.parametrize("strands", [(1, 2), (2, 1)])
def test_an_opt_out_on_either_of_two_profiles_holds_when_merged(strands):
    made = Shop().fold(said(True, at=5), strand=1)
    made.fold(said(False, at=1, who=("user_id:u2", "email:b@x.org")), strand=2)

    assert state(made, *strands) is Consent.WITHDRAWN


def test_unmerging_restores_both_answers_exactly():
    made = Shop().fold(said(True, at=5), strand=1)
    made.fold(said(False, at=1, who=("user_id:u2", "email:b@x.org")), strand=2)
    before = made.dump()

    made.read(1, 2)

    assert made.dump() == before
    assert state(made, 1) is Consent.GRANTED
    assert state(made, 2) is Consent.WITHDRAWN


def test_a_browsers_grant_is_pending():
    assert state(shop(said(True, source="web"))) is Consent.PENDING


def test_a_browsers_grant_does_not_lift_a_withdrawal():
    made = shop(said(False, at=1), said(True, at=2, source="web"))

    assert state(made) is Consent.WITHDRAWN


def test_a_browsers_withdrawal_holds_for_its_own_device():
    who = ("user_id:u1", "anonymous_id:d1")
    made = shop(said(False, source="web", who=who, channel="push"))

    assert state(made, channel="push") is Consent.WITHDRAWN


@pytest.mark.parametrize("channel", ["push", "onsite", "web", "app", None])
def test_a_browsers_withdrawal_takes_nothing_from_another_device(channel):
    hers = said(True, at=1, who=("user_id:u1", "device_id:hers"), channel="push")
    evil = ("user_id:u1", "anonymous_id:attacker")

    made = shop(hers, said(False, at=2, source="web", who=evil, channel=channel))

    assert state(made, channel="push") is Consent.GRANTED


def test_a_browser_that_names_another_device_as_the_contact_speaks_for_its_own():
    hers = said(True, at=1, who=("user_id:u1", "device_id:hers"), channel="push")
    evil = ("user_id:u1", "anonymous_id:attacker")

    told = said(
        False, at=2, source="web", who=evil, channel="push", contact="device_id:hers"
    )
    made = shop(hers, told)

    assert state(made, channel="push") is Consent.GRANTED


def test_a_browsers_withdrawal_lifts_the_grant_of_its_own_device():
    who = ("user_id:u1", "device_id:hers")
    hers = said(True, at=1, who=who, channel="push")

    made = shop(hers, said(False, at=2, source="web", who=who, channel="push"))

    assert state(made, channel="push") is Consent.WITHDRAWN


def test_a_browser_without_a_device_silences_nobody():
    who = ("user_id:u1",)
    hers = said(True, at=1, who=who, channel="onsite")

    made = shop(hers, said(False, at=2, source="web", who=who, channel="onsite"))

    assert state(made, channel="onsite") is Consent.GRANTED


def test_a_browsers_withdrawal_of_everything_answers_for_no_address():
    who = ("user_id:u1", "anonymous_id:d1")

    made = shop(said(False, source="web", who=who, channel=None))

    assert state(made, channel="*") is Consent.UNKNOWN


def test_a_browser_repeating_the_shops_no_makes_it_no_weaker():
    who = ("user_id:u1", "device_id:d1")
    other = said(True, at=3, who=("user_id:u1", "device_id:d2"), channel="push")
    told = said(False, at=1, who=who, channel="push")

    made = shop(told, other, said(False, at=2, source="web", who=who, channel="push"))

    assert state(made, channel="push") is Consent.WITHDRAWN


def test_a_browser_that_names_another_cannot_opt_her_out_by_email():
    victim = ("user_id:u1", "email:anna@x.org", "anonymous_id:attacker")

    made = shop(said(True, at=1), said(False, at=2, source="web", who=victim))

    answer = made.profiles.answer([1], "marketing", "email")
    assert answer.state is Consent.GRANTED
    assert answer.reason.endswith("A browser said no; a server has to confirm it.")


def test_unsubscribing_is_a_withdrawal_of_marketing():
    made = shop(said(True), item("Unsubscribed", at=1, who=ANNA, channel="email"))

    assert state(made) is Consent.WITHDRAWN


def test_unsubscribing_from_one_list_leaves_the_others():
    leave = item("Unsubscribed", at=1, who=ANNA, channel="email", list_id="spring")

    made = shop(said(True), leave)

    assert state(made) is Consent.GRANTED
    assert state(made, purpose="marketing/spring") is Consent.WITHDRAWN


def test_withdrawing_marketing_ends_all_its_lists():
    join = item("Subscribed", at=0, who=ANNA, channel="email", list_id="spring")

    made = shop(join, said(False, at=1))

    assert state(made, purpose="marketing/spring") is Consent.WITHDRAWN


def test_a_complaint_is_a_withdrawal():
    made = shop(said(True), item("Email Marked as Spam", at=1, who=ANNA))

    answer = made.profiles.answer([1], "marketing", "email")

    assert answer.state is Consent.WITHDRAWN
    assert answer.entry is not None
    assert answer.entry.event == "Email Marked as Spam"


def test_a_complaint_that_names_only_the_address_holds_for_it():
    spam = item("Email Marked as Spam", at=1, context={"traits": {"email": "A@X.org"}})

    (entry,) = shop(spam).read().ledger

    assert entry.contact == "email:a@x.org"


def test_an_address_is_the_same_however_it_is_written():
    made = shop(
        said(False, at=1, contact="email:Anna@X.org"),
        said(True, at=2, contact="anna@x.org"),
    )

    assert state(made) is Consent.GRANTED


def test_a_contact_with_control_characters_is_kept_readable():
    made = shop(said(True, who=("email:a\x1fb",)))

    assert made.read().ledger[0].contact == "email:a b"


def test_a_withdrawal_of_all_channels_ends_each():
    made = shop(said(True), said(False, at=1, channel=None, contact=str(ANNA[1])))

    assert state(made) is Consent.WITHDRAWN


def test_of_two_grants_the_later_text_stands_whichever_arrives_first():
    told = [said(True, at=5, text="new words"), said(True, at=1, text="old words")]

    for arrival in (told, told[::-1]):
        (entry,) = shop(*arrival).read().ledger
        assert entry.text == "new words"


def test_one_channel_says_nothing_of_another():
    made = shop(said(False, channel="email"))

    assert state(made, channel="sms") is Consent.UNKNOWN


def test_an_imports_consent_columns_come_with_any_event():
    consents = [
        {
            "purpose": "marketing",
            "channel": "sms",
            "granted": "yes",
            "at": "2025-02-01T08:00:00Z",
            "text": "SMS news",
            "by": "Store 4",
            "where": "Harbour",
            "contact": "phone:+441",
        }
    ]
    made = shop(item(kind="identify", context={"consents": consents}))

    (entry,) = made.read().ledger

    assert (entry.contact, entry.at_us < NOON_US) == ("phone:+441", True)
    assert (entry.text, entry.by, entry.place) == ("SMS news", "Store 4", "Harbour")
    assert state(made, channel="sms") is Consent.GRANTED


def test_a_consent_that_says_neither_yes_nor_no_is_left_out_and_said():
    consents = [{"purpose": "marketing", "channel": "sms", "granted": "perhaps"}]

    profile = shop(item(context={"consents": consents})).read()

    assert profile.ledger == ()
    assert [each.code for each in profile.warnings] == ["consent_unclear"]


def test_the_profile_lists_an_answer_for_each_purpose_and_channel():
    profile = shop(said(True), said(False, channel="sms", contact="phone:+1")).read()

    answers = [(each.purpose, each.channel, each.state) for each in profile.consents]

    assert answers == [
        ("marketing", "email", "granted"),
        ("marketing", "sms", "withdrawn"),
    ]


def test_the_ledger_is_newest_first():
    ledger = shop(said(False, at=1), said(True, at=3)).read().ledger

    assert [each.at_us for each in ledger] == [NOON_US + 3 * HOUR_US, NOON_US + HOUR_US]


def test_what_a_browser_says_in_trusted_mode_counts_in_full():
    made = shop(_verified(said(True, source="web")))

    assert state(made) is Consent.GRANTED


def _verified(one):
    return one._replace(event=replace(one.event, verified=True))
