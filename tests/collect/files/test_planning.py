"""What a plan decides, and the sentences that say what is missing."""

import pytest

from habitue.collect.files import FileError, Mapping
from habitue.collect.files.mapping_file import load_mapping
from habitue.collect.files.parsing import parse
from habitue.collect.files.planning import plan

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


@pytest.mark.parametrize(
    "header", ["membership_no", "Membership No", "MEMBERSHIP_NO ", "membershipno"]
)
def test_a_column_named_like_a_kind_of_the_shop_is_one(write, header):
    planned = plan(write(f"city,{header}\nOslo,M1\n"), own_kinds=("membership_no",))

    assert planned.kind == "contacts"
    assert planned.positions["membership_no"] == 1
    assert [one.item["identifiers"] for one in parse(planned)] == [
        {"membership_no": "M1"}
    ]


def test_without_that_kind_the_column_is_left_over(write):
    planned = plan(write("email,membership_no\n"))

    assert planned.ignored == ("membership_no",)


def test_a_kind_called_like_a_field_is_no_column(write):
    planned = plan(write("email,City\na@b.pl,Oslo\n"), own_kinds=("city",))

    assert [one.item["identifiers"] for one in parse(planned)] == [{"email": "a@b.pl"}]
    assert [one.item["traits"]["city"] for one in parse(planned)] == ["Oslo"]


def test_a_header_is_the_kind_called_so_rather_than_what_it_is_usually(write):
    planned = plan(write("karta,card_no\nA,B\n"), own_kinds=("karta",))

    assert planned.positions == {"karta": 0, "loyalty_card": 1}


def test_a_mapping_may_name_a_kind_of_the_shop(write):
    rules = Mapping(columns={"Nr": "membership_no"})

    planned = plan(write("Nr,x\nM1,2\n"), mapping=rules, own_kinds=("membership_no",))

    assert (planned.kind, planned.positions) == ("contacts", {"membership_no": 0})


def test_lines_of_a_receipt_agree_on_a_kind_of_the_shop(write):
    text = (
        "receipt_id,date,price,quantity,currency,membership_no\n"
        "1,2026-01-05,2,1,GBP,M1\n"
        "1,2026-01-05,2,1,GBP,M2\n"
    )

    parsed = list(parse(plan(write(text), own_kinds=("membership_no",))))

    assert "disagree on the membership no" in parsed[0].reason
