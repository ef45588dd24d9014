"""What the core says by itself: found by its code, said anew, with its values."""

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.base.said import meant, values_in
from habitue.collect.assumed import ASSUMED, assumed
from habitue.collect.reason import (
    OTHER_VALUE,
    REASONS,
    Warned,
    quarantine,
    shown,
    warn,
)
from habitue.console.imports.assumed import assumed_of
from habitue.console.language import LANGUAGES, language
from habitue.console.look import Look
from habitue.console.said import (
    EVENTS,
    ITEMS,
    SAID,
    consent_reason,
    event_named,
    item_detail,
    uncounted,
    untold,
    warning,
)
from habitue.measure.said import UNTOLD
from habitue.model.consent import Consent, ConsentEntry
from habitue.model.event import EventType
from habitue.profile.permission import answer
from habitue.profile.said import CONSENTS, HEARSAY, UNCOUNTED, WARNINGS
from tools.catalogues import PLURALS, held

FIELD = re.compile(r"\{(\w+)\}")
OTHERS = tuple(code for code in LANGUAGES if code != "en")
EVERY = {**CONSENTS, **WARNINGS, **UNCOUNTED, **ITEMS, **ASSUMED, **UNTOLD}
ENGLISH = Look()


def look(code: str) -> Look:
    return Look(language=language(code))


def filled(template: str) -> tuple[str, dict[str, str]]:
    values = {name: f"<{name}>" for name in FIELD.findall(template)}
    return template.format(**values), values


def entry(state: Consent, **told: object) -> ConsentEntry:
    base = {"contact": "email:anna@example.com", "purpose": "news", "channel": "email"}
    where = {"source": "erp", "message_id": "m", "offset": 1, "at_us": 1}
    return ConsentEntry(**{**base, **where, "state": state, **told})


@pytest.mark.parametrize("code", sorted(EVERY))
def test_a_sentence_gives_its_values_back(code: str) -> None:
    sentence, values = filled(EVERY[code])

    assert values_in(EVERY[code], sentence) == values


@given(st.text(), st.text())
def test_whatever_stands_in_a_sentence_it_is_the_same_one(
    contact: str, source: str
) -> None:
    told = CONSENTS["granted"].format(contact=contact, source=source)

    code, values = meant(CONSENTS, told)

    assert code == "granted"
    assert CONSENTS[code].format(**values) == told


@pytest.mark.parametrize("code", PLURALS)
def test_a_translation_has_the_values_of_its_sentence(code: str) -> None:
    told = held(code)
    for text in SAID:
        message = told.get(text)
        assert message is not None
        assert sorted(FIELD.findall(message.string)) == sorted(FIELD.findall(text))


@pytest.mark.parametrize("code", OTHERS)
def test_every_reason_of_the_ledger_is_said_in_the_readers_language(code: str) -> None:
    ledgers = (
        (),
        (entry(Consent.GRANTED),),
        (entry(Consent.WITHDRAWN),),
        (entry(Consent.PENDING, claimed=True),),
        (entry(Consent.GRANTED), entry(Consent.WITHDRAWN, claimed=True, at_us=2)),
    )
    for ledger in ledgers:
        reason = answer(ledger, "news", "email").reason

        said = consent_reason(reason, look(code))

        assert consent_reason(reason, ENGLISH) == reason
        assert not set(said.split()) & {"Granted", "Withdrawn", "browser", "Nobody"}
        assert not ledger or "email:anna@example.com" in said
        assert ("erp" in said) is bool(ledger)
    assert said.endswith(look(code).say(HEARSAY.strip()))


@pytest.mark.parametrize("code", OTHERS)
def test_every_warning_is_said_in_the_readers_language(code: str) -> None:
    for name, template in WARNINGS.items():
        sentence, _ = filled(template)

        said = warning(f"{name}: {sentence}", look(code))

        assert said not in {sentence, f"{name}: {sentence}"}
        assert warning(f"{name}: {sentence}", ENGLISH) == sentence
    for text in UNCOUNTED.values():
        assert uncounted(text, look(code)) != text == uncounted(text, ENGLISH)


@pytest.mark.parametrize("code", OTHERS)
def test_what_is_wrong_with_an_item_is_said_in_the_readers_language(code: str) -> None:
    told = [
        quarantine("type_unknown", shown=shown("trak")),
        quarantine("not_an_object", shown=shown([1])),
        quarantine("plan_broken", shown="'Order'", breaches="order_id: is required"),
        warn("too_many_identifiers", field="email", limit=20),
        Warned("own_form", OTHER_VALUE.format(field="phone", reason="own_form")),
    ]

    for one in told:
        said = item_detail(one.reason, one.detail, look(code))
        assert said != one.detail
        assert item_detail(one.reason, one.detail, ENGLISH) == one.detail
    said = item_detail(told[0].reason, told[0].detail, look(code))
    assert "'trak'" in said
    listed = item_detail(told[1].reason, told[1].detail, look(code))
    assert look(code).say("a list") in listed


@pytest.mark.parametrize("code", OTHERS)
def test_every_event_that_is_known_has_a_name_of_its_own(code: str) -> None:
    names = {one: event_named(one, look(code)) for one in EVENTS}

    assert [one for one, said in names.items() if one == said] == []
    # Two that were called the same could not be told apart.
    assert len(set(names.values())) == len(names)
    assert event_named("Tea Poured", look(code)) == "Tea Poured"
    for one in get_args(EventType):
        assert event_named(one, look(code)) != event_named(one, ENGLISH)


@pytest.mark.parametrize("code", OTHERS)
def test_what_was_assumed_of_a_file_is_said_in_the_readers_language(code: str) -> None:
    told = [filled(one)[0] for one in ASSUMED.values()]
    told.append(assumed("likeness", header="Adres", field="email"))
    told.append(assumed("letters", encoding="utf-8", certain=99, mark="semicolon"))

    said = assumed_of(told, look(code))

    assert [one for one in said if one in told] == []
    assert assumed_of(told, ENGLISH)[:-2] == told[:-2]
    assert "Adres" in said[-2]
    assert look(code).say("E-mail address") in said[-2]
    assert "utf-8" in said[-1]
    assert look(code).say("semicolon") in said[-1]
    assert assumed_of(["It is late."], look(code)) == ["It is late."]


@pytest.mark.parametrize("code", OTHERS)
def test_why_a_figure_is_not_told_is_said_in_the_readers_language(code: str) -> None:
    for text in UNTOLD.values():
        sentence, values = filled(text)

        said = untold(sentence, look(code))

        assert said != sentence == untold(sentence, ENGLISH)
        assert [one for one in values.values() if one not in said] == []
    assert untold("", look(code)) == ""


def test_what_is_not_known_is_shown_as_it_came() -> None:
    polish = look("pl")
    for text in ("It is late.", "", "{x} %(y)s"):
        assert consent_reason(text, polish) == text
        assert warning(text, polish) == text
        assert uncounted(text, polish) == text
        assert item_detail("late", text, polish) == text
    assert warning("many_things: It is late.", polish) == "It is late."


def test_a_value_is_put_back_as_it_is_and_is_no_sentence_itself() -> None:
    told = CONSENTS["granted"].format(contact="{source}%(x)s\u202e", source="{0}")

    said = consent_reason(told, look("pl"))

    assert "{source}%(x)s[U+202E]" in said
    assert "{0}" in said


def test_no_reason_of_an_item_was_forgotten() -> None:
    """What only a request is told never comes to a page."""
    asked = {"not_json", "not_gzip", "key_unknown", "overloaded", "suppressed"}

    assert ITEMS.keys() - REASONS.keys() == {"other_value"}
    assert asked & ITEMS.keys() == set()
