"""Headers are known in four languages, with how certain that is."""

import time

import pytest

from habitue.collect.files import FileError, Mapping, plan
from habitue.collect.files.fields import BY_KIND
from habitue.collect.files.headers import _shortened

RECEIPTS = {
    "receipt_id": ("Receipt No", "Nr paragonu", "Номер чека", "Чек нөмірі"),
    "date": ("Receipt date", "Data sprzedaży", "Дата продажи", "Сату күні"),
    "store_id": ("Store", "Sklep", "Магазин", "Дүкен"),
    "till_id": ("Till No", "Kasa", "Касса", "Касса нөмірі"),
    "phone": ("Phone number", "Nr telefonu", "Телефон", "Ұялы телефон"),
    "loyalty_card": ("Card No.", "Karta", "Бонусная карта", "Бонустық карта"),
    "sku": ("Item code", "Indeks", "Артикул", "SKU"),
    "name": ("Description", "Nazwa towaru", "Наименование", "Тауар атауы"),
    "quantity": ("Qty", "Ilość", "Кол-во", "Саны"),
    "price": ("Unit price", "Cena jednostkowa", "Цена", "Бағасы"),
    "line_total": ("Line total", "Wartość brutto", "Сумма", "Құны"),
    "currency": ("Currency", "Waluta", "Валюта", "Currency code"),
}
CONTACTS = {
    "email": ("E-mail", "Adres e-mail", "Электронная почта", "Электрондық пошта"),
    "phone": ("Mobile", "Telefon komórkowy", "Мобильный телефон", "Телефон нөмірі"),
    "first_name": ("First name", "Imię", "Имя", "Аты"),
    "last_name": ("Surname", "Nazwisko", "Фамилия", "Тегі"),
    "birthday": ("Date of birth", "Data urodzenia", "Дата рождения", "Туған күні"),
    "city": ("Town", "Miejscowość", "Город", "Қала"),
    "postal_code": ("Zip", "Kod pocztowy", "Почтовый индекс", "Пошталық индекс"),
    "consent_email": ("Newsletter", "Zgoda e-mail", "Согласие e-mail", "Email consent"),
}


@pytest.mark.parametrize("language", range(4), ids=["en", "pl", "ru", "kk"])
@pytest.mark.parametrize(
    ("kind", "headers"), [("receipts", RECEIPTS), ("contacts", CONTACTS)]
)
def test_headers_are_known_in_each_language(write, language, kind, headers):
    told = {name: words[language] for name, words in headers.items()}

    planned = plan(write(";".join(told.values()) + "\n"), kind)

    at = {name: planned.headers[place] for name, place in planned.positions.items()}
    assert at == told
    assert min(planned.certainties.values()) >= 95


def test_case_spaces_marks_and_punctuation_do_not_matter(write):
    planned = plan(write("ADRES_E-MAIL;  imie ;NAZWISKO.;KOD POCZTOWY\n"))

    assert list(planned.positions) == [
        "email",
        "first_name",
        "last_name",
        "postal_code",
    ]


def test_a_header_with_more_words_is_taken_by_likeness_and_said_so(write):
    planned = plan(write("E-mail klienta;Miasto (adres dostawy)\n"))

    assert planned.certainties == {"email": 75, "city": 75}


def test_a_usual_header_goes_before_one_that_is_like_it(write):
    planned = plan(write("E-mail klienta;email;city\n"))

    assert planned.positions["email"] == 1
    assert planned.ignored == ("E-mail klienta",)


def test_two_headers_that_are_as_like_are_both_left_out(write):
    planned = plan(write("loyalty card;E-mail klienta;E-mail (kontaktowy)\n"))

    assert planned.positions == {"loyalty_card": 0}


def test_what_is_declared_is_certain(write):
    rules = Mapping(columns={"Kto": "email"})

    assert plan(write("Kto;Miasto\n"), mapping=rules).certainties["email"] == 100


def test_two_usual_headers_of_one_field_are_asked_about(write):
    with pytest.raises(FileError, match="both give 'city'"):
        plan(write("email;miasto;town\n"))


@pytest.mark.parametrize("kind", BY_KIND)
def test_no_header_means_two_fields_of_one_kind_of_file(kind):
    known: dict[str, str] = {}
    for field in BY_KIND[kind]:
        for header in field.headers:
            # An invoice's number has a name of its own once it is known to be one.
            if known.setdefault(header, field.name) != field.name:
                assert (known[header], field.name) == ("number", "invoice_no")


@pytest.mark.parametrize(
    ("header", "left"),
    [
        ("Cena (PLN) [brutto]", "Cena"),
        ("Cena {a (b) c", "Cena c"),
        ("Cena (PLN", "Cena (PLN"),
        ("(((", "((("),
    ],
)
def test_what_stands_in_brackets_is_left_out_if_something_closes_it(header, left):
    assert _shortened(header) == left


def test_a_header_of_brackets_that_nothing_closes_is_read_once():
    began = time.process_time()

    assert _shortened("(" * 32_000) == "(" * 32_000
    assert time.process_time() - began < 1
