"""How letters are encoded is found, or asked; nothing is read as what it is not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.collect.files import FileError, Mapping
from habitue.collect.files.encodings import find
from habitue.collect.files.parsing import parse
from habitue.collect.files.planning import plan

WORDS = {
    "pl": "Łódź Kraków święto źródło żółw ćwiczenie gęś książka mąż Poznań różowy dzień"
    " śnieg Wrocław ciąża pięć Łukasz Świątek Żaneta Małgorzata Józef",
    "ru": "Москва улица товар носки шапка магазин Иванова Щербаков Екатерина чек"
    " возврат покупатель карта объём подъезд ёлка Юлия цена этаж",
    "kk": "Қазақстан Алматы әже күн жаңа өнім ұялы телефон дүкен тауар баға қала"
    " Ғалымжан Өмірзақ түбіртек сатып алушы Шымкент үлкен",
    "fr": "été naïve forêt garçon Noël être où château déjà élève crème coûter Hélène"
    " préféré théâtre à très près",
    "es": "niño señora corazón día jardín música años Muñoz García Pérez López camión"
    " español café teléfono también",
    "de": "Straße Müller Köln Größe über Mädchen schön Jäger Füße Österreich Käse süß",
    "pt": "coração São João não amanhã você pão Conceição açúcar avó também mãe",
    "cs": "Příliš žluťoučký kůň úpěl ďábelské ódy město řeka děti Šárka Jiří č. ženy",
}
PAGES = {
    "pl": ("windows-1250", "iso-8859-2"),
    "ru": ("windows-1251",),
    "kk": ("kz1048",),
    "fr": ("windows-1252",),
    "es": ("windows-1252",),
    "de": ("windows-1252",),
    "pt": ("windows-1252",),
    "cs": ("windows-1250",),
}
CASES = [(language, page) for language, pages in PAGES.items() for page in pages]


@pytest.mark.parametrize(("language", "page"), CASES)
def test_a_text_is_read_as_it_was_written(language, page):
    raw = WORDS[language].encode(page)

    found = find([raw])

    assert raw.decode(found.name) == WORDS[language]
    assert found.certainty >= 97


@pytest.mark.parametrize("language", WORDS)
@given(data=st.data())
def test_a_few_words_are_read_right_or_asked_about(language, data):
    page = data.draw(st.sampled_from(PAGES[language]))
    words = WORDS[language].split()
    text = ";".join(data.draw(st.lists(st.sampled_from(words), min_size=1)))
    raw = text.encode(page)

    try:
        read = raw.decode(find([raw]).name)
    except FileError:
        read = "asked"
    assert read in {text, "asked"}


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_found_with_and_without_its_mark(language, encoding):
    raw = (WORDS[language] + "\n").encode(encoding)

    found = find([raw])

    assert raw.decode(found.name).lstrip("\ufeff") == WORDS[language] + "\n"


def test_a_price_in_pounds_is_no_polish_letter():
    assert find(["name;price\nTea;£12.50\nMilk;£1.20".encode("cp1252")]).name == (
        "windows-1252"
    )


def test_letters_far_down_the_file_count():
    blocks = [b"email;city\n", *[b"a@b.pl;Opole\n" * 1000] * 50]

    assert (
        find([*blocks, "a@b.pl;Łódź;święto\n".encode("cp1250")]).name == "windows-1250"
    )


def test_readings_that_are_as_likely_are_asked_about(write):
    path = write(b"email,last_name\na@b.pl,Mu\xf1oz\n")

    with pytest.raises(FileError, match="'Muñoz' or 'Muńoz'") as asked:
        plan(path)
    assert "declare the encoding in the mapping" in str(asked.value)


def test_what_is_declared_is_not_asked(write, outcomes):
    path = write(b"email,last_name\na@b.pl,Mu\xf1oz\n")

    found = outcomes(path, encoding="cp1252")

    assert found.items[0]["traits"]["last_name"] == "Muñoz"


def test_a_declared_code_page_does_not_make_garbage_of_utf8(write, outcomes):
    path = write("email,last_name\na@b.pl,Świątek\n")

    found = outcomes(path, encoding="windows-1250")

    assert found.items[0]["traits"]["last_name"] == "Świątek"


def test_an_unknown_encoding_is_a_sentence(write):
    with pytest.raises(FileError, match="no encoding 'rot13'"):
        plan(write("email\na@b.pl\n"), mapping=Mapping(encoding="rot13"))


def test_a_byte_that_is_no_letter_rejects_its_line_alone(write, outcomes):
    text = f"email;city\na@b.pl;Łódź\nc@b.pl;{WORDS['pl']}\n".encode("cp1250")
    path = write(text + b"b@b.pl;\x81\n")

    found = outcomes(path)

    assert found.reasons == {4: "The line isn't windows-1250: save the file as UTF-8."}
    assert found.items[0]["traits"]["city"] == "Łódź"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp1250"])
def test_a_file_gives_the_same_in_any_encoding(write, outcomes, encoding):
    text = 'E-mail;Miasto;Ulica\na@b.pl;Łódź;Święta 1\nb@b.pl;Kraków;"Długa; 2"\n'

    expected = outcomes(write(text), None).items

    assert outcomes(write(text.encode(encoding), "other.csv")).items == expected


def test_utf16_that_is_cut_short_is_a_sentence(write):
    path = write("email\na@b.pl\n".encode("utf-16")[:-1])

    with pytest.raises(FileError, match="damaged"):
        list(parse(plan(path)))


def test_the_plan_says_what_was_assumed(write):
    planned = plan(write(("email;city\n;" + WORDS["pl"]).encode("cp1250")))

    assert planned.encoding == "windows-1250"
    assert planned.encoding_certainty >= 97


def test_a_picture_among_the_words_is_looked_through_once():
    began = time.process_time()
    found = find([b"iVBORw0KGgo" * 20_000 + b";" + "Łódź".encode()])

    assert (found.name, time.process_time() - began < 1) == ("utf-8", True)
