"""What the core has a code for has words in every language: channels, traits, deeds."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from habitue.access.deeds import DEEDS, OF_THE_QUEUE, Deed, deed
from habitue.access.permission import AUDITED, OPERATOR_ROLES
from habitue.access.searches import STOPPED
from habitue.api.operations import EXPORTS
from habitue.app.operation.operations import CANARY
from habitue.base.sections import Shop
from habitue.collect.files.fields import TRAITS
from habitue.collect.vocabulary.catalogue import CATALOGUE
from habitue.collect.webhooks.library import Library
from habitue.collect.wire import TRAIT_NAMES
from habitue.console.admin.audit import entry
from habitue.console.admin.words import ACTIONS, DEED_WORDS, REASONS
from habitue.console.channel_names import CHANNELS, channel_named, channel_titled
from habitue.console.channels.rules import CONDITIONS, SHORT
from habitue.console.duplicates.routes import DONE
from habitue.console.journeys.intent import sign
from habitue.console.kpis.shown import named
from habitue.console.page import UNNAMED
from habitue.console.people.why import joined
from habitue.console.said import EVENTS, OWN
from habitue.console.segments.known import CHANNELS as REACHED_BY
from habitue.console.segments.sentence import sentence_of
from habitue.console.sources.setting_up import MODES
from habitue.console.traits import TOLD, trait_named
from habitue.journey.handover import SIDES
from habitue.journey.intent import signs
from habitue.measure.channels import DIRECT, NO_VISIT, OTHER, default_rules
from habitue.model.event import EventType
from habitue.profile.channel import GIVEN
from habitue.segment.condition import Did, HasConsent, HasIdentifier, HasTrait
from tests.console.test_said import ENGLISH, OTHERS, look

ROOT = Path(__file__).parent.parent.parent
LATIN = re.compile(r"[A-Za-z]{3,}")
CYRILLIC = ("ru", "kk")
BRANDS = {"WhatsApp", "SMS"}
# Of the vocabulary: wherever somebody may be.
ANYWHERE = "any"
# Of an entry of the audit.
SEEN = ("role", "action", "object", "at")


def channels_told() -> set[str]:
    """Give every channel that the product itself gives a code."""
    rules = {one.channel for one in default_rules().rules}
    events = {channel for one in CATALOGUE for channel in one.channels}
    sides = {contact for contacts in SIDES.values() for contact in contacts}
    ours = {DIRECT, OTHER, NO_VISIT, *REACHED_BY}
    return (GIVEN | rules | events | sides | ours) - {ANYWHERE}


def traits_told() -> set[str]:
    """Give every trait that a file, a client or a webhook of ours may tell."""
    hooks = (
        name
        for provider in Library().all()
        for rule in provider.rules
        for name in rule.fields.get("traits", {})
    )
    return {*(one.name for one in TRAITS), *TRAIT_NAMES.values(), *hooks}


def written(one: Deed, **told: str) -> dict[str, Any]:
    """Give an entry as the audit's desk does, with figures for all that is not told."""
    values = dict.fromkeys(re.findall(r"\{(\w+)\}", one.value), "17") | told
    return {
        "at": "2026-11-27T10:00:00Z",
        "operator": "17",
        "role": "agent",
        "action": "people:merge",
        "object": deed(one, **values),
        "reason": "",
    }


def foreign(said: str) -> list[str]:
    return [word for word in LATIN.findall(said) if word not in BRANDS]


@pytest.mark.parametrize("code", OTHERS)
def test_every_channel_of_ours_is_called_as_the_reader_calls_it(code: str) -> None:
    told = channels_told()

    assert told - CHANNELS.keys() == set()
    for one in told:
        assert look(code).say(CHANNELS[one]) == channel_named(one, look(code)) != ""
        assert code not in CYRILLIC or not foreign(channel_titled(one, look(code)))
        assert named(one, "channel", look(code)) == channel_titled(one, look(code))
    # A shop's own is shown as the shop has it, however it begins.
    assert channel_titled("tv_spot", look(code)) == "tv_spot"
    # A store may be called as a channel of ours is.
    assert named("pos", "store", look(code)) == "pos"


@pytest.mark.parametrize("code", OTHERS)
def test_every_trait_of_ours_is_called_as_the_reader_calls_it(code: str) -> None:
    told = traits_told()

    assert len(told) > 20
    assert told - TOLD.keys() == set()
    for one in told:
        assert trait_named(one, look(code)) != trait_named(one, ENGLISH)
        assert code not in CYRILLIC or not foreign(trait_named(one, look(code)))
    assert trait_named("shoe_size", look(code)) == "Shoe size"


@pytest.mark.parametrize("code", OTHERS)
def test_why_an_intention_counts_is_said_in_the_readers_language(code: str) -> None:
    for one in signs():
        told = {"intent": one.intent, "events": one.events, "points": one.points}

        said = sign({**told, "because": one.because}, look(code))["because"]

        assert said != one.because
        assert code not in CYRILLIC or not foreign(said)


@pytest.mark.parametrize("code", CYRILLIC)
def test_every_entry_of_the_audit_is_in_the_readers_language(code: str) -> None:
    for one in Deed:
        shown = entry(written(one), look(code))

        assert foreign(" ".join(str(shown[name]) for name in SEEN)) == [], one
        assert shown["object"] != written(one)["object"]
        assert shown["object"].count("17") == one.value.count("{")


@pytest.mark.parametrize("code", OTHERS)
def test_codes_in_the_audit_have_words_too(code: str) -> None:
    names = {"role": OPERATOR_ROLES, "verdict": DONE, "mode": MODES, "what": EXPORTS}
    deeds = {
        "role": Deed.MEMBER_ROLE,
        "verdict": Deed.DUPLICATE,
        "what": Deed.ALL_TAKEN_OUT,
    }
    for name, codes in names.items():
        assert set(codes) == DEED_WORDS[name].keys()
        for one in codes:
            told = written(deeds.get(name, Deed.SOURCE_MODE), **{name: str(one)})
            said = entry(told, look(code))["object"]
            assert look(code).say(DEED_WORDS[name][one]) in said
    assert {*AUDITED, STOPPED, "session:begin"} <= ACTIONS.keys()
    assert entry({**written(Deed.PERSON), "reason": OF_THE_QUEUE}, look(code))[
        "reason"
    ] == look(code).say(REASONS[OF_THE_QUEUE])


def test_what_the_audit_holds_is_said_in_english_as_it_stands() -> None:
    for one in Deed:
        assert entry(written(one), ENGLISH)["object"] == written(one)["object"]
    # What is no sentence of ours is shown as it is: a bare name, and an address of the
    # API, which entries told before each route had words.
    for told in ("PUT /api/v1/segments/vip", "vip", "Europe/Warsaw, PLN"):
        shown = entry({**written(Deed.PERSON), "object": told}, look("ru"))
        assert shown["object"] == told


@pytest.mark.parametrize("code", CYRILLIC)
def test_conditions_name_traits_and_channels_in_the_readers_language(code: str) -> None:
    trait = HasTrait(name="first_name", op="is", value="17")
    consent = HasConsent(purpose="17", channel="call", state="granted")

    typed = Did(event=tuple(get_args(EventType)))

    for condition in (trait, consent, typed):
        assert foreign(sentence_of(condition, look(code))) == []


def test_no_sentence_of_the_audit_hides_another() -> None:
    assert len(set(DEEDS.values())) == len(Deed)
    for one in Deed:
        told = entry(written(one), look("pl"))["object"]
        mine = look("pl").say(one.value)
        values = dict.fromkeys(re.findall(r"\{(\w+)\}", mine), "17")
        assert told == mine.format(**values)


def test_what_the_product_and_its_demo_send_has_a_name() -> None:
    moments = (ROOT / "src/habitue/demo/moments.py").read_text()
    trial = json.loads(CANARY)["event"]
    sent = {trial, *re.findall(r'track\(\s*"([^"]+)"', moments)}

    assert {"Canary Sent", "Products Searched"} <= sent
    assert sent <= EVENTS | OWN.keys()


@pytest.mark.parametrize("code", OTHERS)
def test_a_shop_that_nobody_named_is_called_in_the_readers_language(code: str) -> None:
    assert Shop().name == UNNAMED
    assert look(code).say(UNNAMED) != UNNAMED


def test_a_rule_calls_all_that_it_may_ask_for() -> None:
    assert SHORT.keys() == CONDITIONS.keys()


@pytest.mark.parametrize("code", OTHERS)
def test_an_identifier_is_called_by_its_kind_wherever_it_stands(code: str) -> None:
    seen = look(code)
    called = seen.say("Loyalty card")

    asked = HasIdentifier(kind="loyalty_card", known=False)

    assert called != "Loyalty card"
    assert called in sentence_of(asked, seen)
    edge = {"left": "loyalty_card:47:11", "right": "email:anna@example.com"}
    assert joined(edge, seen)["ends"][0] == {"kind": called, "value": "47:11"}
