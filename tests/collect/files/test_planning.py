"""What a plan decides, and the sentences that say what is missing."""

import pytest

from habitue.collect.files import FileError, Mapping, load_mapping, plan

LINES = "receipt_id,date,price,currency\n1,2026-11-02,3,EUR\n"


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ("Receipt No,date,total,currency", "receipts"),
        ("Order Number,date,total,currency", "orders"),
        ("Invoice,date,total,currency", "receipts"),
        ("return_id,order_id,date,total,currency", "returns"),
        ("e-mail,first name", "contacts"),
    ],
)
def test_the_kind_is_told_by_the_headers(write, headers, kind):
    assert plan(write(headers + "\n")).kind == kind


@pytest.mark.parametrize(
    ("text", "rules", "sentence"),
    [
        ("a,b\n", {}, "don't tell what this file holds"),
        ("receipt_id,date,price\n", {}, "no currency"),
        ("receipt_id,price,currency\n", {}, "no date"),
        ("receipt_id,date\n", {}, "no money"),
        ("email,mail\n", {}, "both give 'email'"),
        (LINES, {"columns": {"Kwota": "total"}}, "the file has receipt_id, date"),
        (LINES, {"columns": {"price": "prize"}}, "gives 'price' the field 'prize'"),
        (LINES, {"constants": {"shop": "1"}}, "names the field 'shop'"),
        (LINES, {"time_zone": "Warsaw"}, "no time zone 'Warsaw'"),
        (LINES.replace("2026-11-02", "2/3/2026"), {}, "declare date_order"),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(write, text, rules, sentence):
    with pytest.raises(FileError, match=sentence):
        plan(write(text), mapping=Mapping(**rules))


def test_a_bad_constant_is_said_in_a_sentence(write, outcomes):
    path = write("receipt_id,date,price\n1,2026-11-02,3\n")

    with pytest.raises(FileError, match="'pounds' is no currency"):
        outcomes(path, constants={"currency": "pounds"})


def test_columns_that_nobody_needs_are_listed(write):
    assert plan(write("email,shoe size\n")).ignored == ("shoe size",)


def test_a_mapping_file_names_columns_and_what_holds_for_all(write, outcomes):
    toml = write(
        'kind = "receipts"\n'
        'time_zone = "Europe/Warsaw"\n'
        'date_order = "dmy"\n'
        "[columns]\n"
        'Bon = "receipt_id"\n'
        'Kiedy = "date"\n'
        'Ile = "total"\n'
        "[constants]\n"
        'currency = "PLN"\n'
        "[lookups.channel]\n"
        'column = "Bon"\n'
        'otherwise = "store"\n'
        "[lookups.channel.values]\n"
        '2 = "web"\n',
        "mapping.toml",
    )
    path = write("Bon,Kiedy,Ile\n1,2/11/2026 8:05,3.10\n2,3/11/2026,4\n")
    rules = load_mapping(toml)

    found = outcomes(path, **{n: getattr(rules, n) for n in rules.__struct_fields__})

    first, second = found.items
    assert first["timestamp"] == "2026-11-02T07:05:00Z"
    assert first["properties"]["channel"] == "store"
    assert second["properties"] == {
        "receipt_id": "2",
        "channel": "web",
        "currency": "PLN",
        "total": 4,
    }


def test_a_mapping_file_may_be_json(write):
    path = write('{"kind": "contacts"}', "mapping.json")

    assert load_mapping(path) == Mapping(kind="contacts")


def test_a_mapping_file_with_an_unknown_word_is_refused(write):
    with pytest.raises(FileError, match="colums"):
        load_mapping(write('colums = "x"', "mapping.toml"))
