"""Lists of contacts, with their consents."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from habitue.collect.files import Mapping
from habitue.collect.files.building import Facts
from habitue.collect.files.nouns import Lookup
from habitue.collect.files.planning import plan
from habitue.collect.files.rows import RowReader, Run
from habitue.collect.files.tables import table_of

FILES = Path(__file__).parent.parent.parent / "data" / "files"
GRANT = "email,phone,consent_email,consent_at,consent_text,consent_where,consent_by\n"


def test_a_contact_is_an_identify_with_its_traits(write, outcomes):
    path = write("E-mail,First name,ZIP,shoe size\nanna@shop.pl,Anna,30-001,38\n")

    [item] = outcomes(path).items

    assert item["type"] == "identify"
    assert item["identifiers"] == {"email": "anna@shop.pl"}
    assert item["traits"] == {
        "email": "anna@shop.pl",
        "first_name": "Anna",
        "postal_code": "30-001",
    }


def test_a_lead_of_meta_is_a_contact_without_what_stands_before_its_phone(outcomes):
    [item] = outcomes(FILES / "meta-lead-ads-export.csv").items

    named = {"email": "anna.nowak@example.com", "phone": "+48600100200"}
    assert item["identifiers"] == named
    assert item["traits"] == {**named, "name": "Anna Nowak", "city": "Warszawa"}
    assert item["timestamp"] == "2026-11-23T09:00:00Z"


def test_a_contact_without_a_date_has_no_time_of_its_own(write, outcomes):
    [item] = outcomes(write("email\nanna@shop.pl\n")).items

    assert "timestamp" not in item


def test_a_line_that_names_nobody_is_rejected(write, outcomes):
    found = outcomes(write("email,city\n,Kraków\n"))

    assert found.reasons == {
        2: "The line names nobody: no e-mail, phone, card or number."
    }


def test_a_consent_says_who_when_where_and_in_what_words(write, outcomes):
    path = write(GRANT + "anna@shop.pl,,yes,2026-05-01T10:00:00Z,I agree,till 3,Ewa\n")

    [item] = outcomes(path).items

    assert item["context"]["consents"] == [
        {
            "purpose": "marketing",
            "channel": "email",
            "granted": True,
            "at": "2026-05-01T10:00:00Z",
            "text": "I agree",
            "by": "Ewa",
            "where": "till 3",
            "contact": "anna@shop.pl",
        }
    ]


def test_a_grant_without_proof_is_rejected(write, outcomes):
    found = outcomes(write(GRANT + "anna@shop.pl,,yes,,,,\n"))

    assert found.reasons == {
        2: "A consent is granted without proof: add a column or a constant for"
        " consent_at and consent_text or consent_where."
    }


def test_a_refusal_needs_no_proof(write, outcomes):
    [item] = outcomes(write(GRANT + "anna@shop.pl,,no,,,,\n")).items

    assert item["context"]["consents"][0]["granted"] is False


def test_the_proof_may_hold_for_the_whole_file(write, outcomes):
    path = write("email,newsletter\nanna@shop.pl,tak\n")
    proof = {"consent_at": "2026-05-01", "consent_where": "web form"}

    [item] = outcomes(path, constants=proof).items

    assert item["context"]["consents"][0]["at"] == "2026-05-01T00:00:00Z"


def test_a_consent_for_text_messages_is_for_the_phone(write, outcomes):
    path = write("phone,consent_sms\n+48600100200,nie\n")

    [item] = outcomes(path).items

    assert item["context"]["consents"][0]["contact"] == "+48600100200"


def test_a_word_that_is_neither_yes_nor_no_is_rejected(write, outcomes):
    found = outcomes(write("email,consent_email\nanna@shop.pl,maybe\n"))

    assert found.reasons == {2: "consent_email: 'maybe' is neither yes nor no."}


# -- by columns ------------------------------------------------------------------------


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            *[st.sampled_from(("", "a@b.pl", "600 100 200", "x", "yes", "?"))] * 4
        ),
        min_size=1,
    )
)
def test_heads_by_columns_are_the_heads_of_the_rows(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "heads.csv"
    text = "".join(",".join(row) + "\n" for row in rows)
    path.write_text("email,phone,consent_sms,city\n" + text)
    mapping = Mapping(
        constants={"country": "PL"},
        lookups={"language": Lookup("city", {"x": "pl", "?": "kk"}, "en")},
    )
    planned = plan(path, "contacts", mapping, as_of_us=0)
    facts = Facts(planned)

    for block in RowReader(planned, table_of(planned)).blocks():
        whole = list(facts.heads(block))
        runs = [Run(None, block, at, at + 1) for at in range(len(block.lines))]
        assert whole == [facts.head([run]) for run in runs]
