"""Headers are known in four languages, with how certain that is."""

import time

import pytest

from habitue.collect.files import FileError, Mapping
from habitue.collect.files.fields import BY_KIND
from habitue.collect.files.headers import _shortened
from habitue.collect.files.planning import plan

RECEIPTS = {
    "receipt_id": ("Receipt No", "Nr paragonu", "Номер чека", "Чек нөмірі"),
    "date": ("Receipt date", "Data sprzedaży", "Дата продажи", "Сату күні"),
    "store_id": ("Store", "Sklep", "Магазин", "Дүкен"),
    "till_id": ("Till No", "Kasa", "Касса", "Касса нөмірі"),
    "phone": ("Phone number", "Nr telefonu", "Телефон", "Ұялы телефон"),
    "loyalty_card": ("Card No.", "Karta", "Бонусная карта", "Бонустық карта"),
    "sku": ("Item code", "Indeks", "Артикул", "Артикул"),
    "name": ("Description", "Nazwa towaru", "Наименование", "Тауар атауы"),
    "quantity": ("Qty", "Ilość", "Кол-во", "Саны"),
    "price": ("Unit price", "Cena jednostkowa", "Цена", "Бағасы"),
    "line_total": ("Line total", "Wartość brutto", "Сумма", "Құны"),
    "currency": ("Currency", "Waluta", "Валюта", "Валюта коды"),
}
CONTACTS = {
    "email": ("E-mail", "Adres e-mail", "Электронная почта", "Электрондық пошта"),
    "phone": ("Mobile", "Telefon komórkowy", "Мобильный телефон", "Телефон нөмірі"),
    "first_name": ("First name", "Imię", "Имя", "Аты"),
    "last_name": ("Surname", "Nazwisko", "Фамилия", "Тегі"),
    "birthday": ("Date of birth", "Data urodzenia", "Дата рождения", "Туған күні"),
    "city": ("Town", "Miejscowość", "Город", "Қала"),
    "postal_code": ("Zip", "Kod pocztowy", "Почтовый индекс", "Пошталық индекс"),
    "consent_email": (
        *("Newsletter", "Zgoda e-mail", "Согласие e-mail", "E-mail келісімі"),
    ),
    "consent_sms": ("SMS opt-in", "Zgoda SMS", "Согласие SMS", "SMS келісімі"),
    "consent_at": ("Consent date", "Data zgody", "Дата согласия", "Келісім күні"),
    "consent_where": (
        *("Consent source", "Źródło zgody", "Источник согласия", "Келісім көзі"),
    ),
    "consent_text": (
        *("Consent text", "Treść zgody", "Текст согласия", "Келісім мәтіні"),
    ),
}
PRODUCTS = {
    "product_id": ("Product No", "ID produktu", "Код товара", "Тауар коды"),
    "gtin": ("EAN", "Kod kreskowy", "Штрихкод", "Штрихкоды"),
    "name": ("Product name", "Nazwa", "Наименование", "Атауы"),
    "category": ("Category", "Kategoria", "Категория", "Санат"),
    "subcategory": ("Subcategory", "Podkategoria", "Подкатегория", "Ішкі санат"),
    "brand": ("Manufacturer", "Producent", "Производитель", "Өндіруші"),
    "description": ("Description", "Opis", "Описание", "Сипаттамасы"),
    "unit": ("Unit", "Jednostka miary", "Ед. изм.", "Өлшем бірлігі"),
    "url": ("Link", "Adres URL", "Ссылка", "Сілтеме"),
    "image_url": ("Image", "Zdjęcie", "Фото", "Суреті"),
    "price": ("Sale price", "Cena brutto", "Цена", "Бағасы"),
    "regular_price": ("List price", "Cena regularna", "Обычная цена", "Әдеттегі баға"),
    "currency": ("Currency code", "Kod waluty", "Код валюты", "Валюта"),
    "quantity": ("Stock level", "Stan", "Остаток", "Қалдығы"),
}
STOCK = {
    "product_id": ("Stock code", "Indeks", "Артикул", "Артикул"),
    "store_id": ("Warehouse", "Magazyn", "Склад", "Қойма"),
    "quantity": ("On hand", "Stan magazynowy", "Остаток на складе", "Қалдық"),
    "date": ("Date", "Data", "Дата", "Күні"),
}
STORES = {
    "store_id": ("Store No", "Nr sklepu", "Код магазина", "Дүкен коды"),
    "name": ("Store name", "Nazwa sklepu", "Название магазина", "Дүкен атауы"),
    "region": ("Region", "Województwo", "Область", "Облыс"),
    "country": ("Country", "Kraj", "Страна", "Ел"),
    "city": ("Town", "Miasto", "Город", "Қаласы"),
    "street": ("Address", "Ulica", "Адрес", "Мекенжайы"),
    "postal_code": ("Zip", "Kod pocztowy", "Индекс", "Пошталық индекс"),
    "time_zone": ("Time zone", "Strefa czasowa", "Часовой пояс", "Уақыт белдеуі"),
    "opening_hours": ("Hours", "Godziny otwarcia", "Часы работы", "Жұмыс уақыты"),
    "opened": ("Open date", "Data otwarcia", "Дата открытия", "Ашылған күні"),
    "square_meters": ("Area", "Powierzchnia", "Площадь", "Алаңы"),
    "deleted": ("Closed", "Zamknięty", "Закрыт", "Жабылған"),
}
TOTALS = {
    "month": ("Month", "Miesiąc", "Месяц", "Ай"),
    "store_id": ("Store", "Sklep", "Магазин", "Дүкен"),
    "kind": ("Document type", "Rodzaj", "Вид документа", "Түрі"),
    "count": ("Orders", "Liczba", "Количество", "Саны"),
    "revenue": ("Turnover", "Obrót", "Выручка", "Түсім"),
    "currency": ("Currency", "Waluta", "Валюта", "Валюта"),
}
DOCUMENTS = {
    "number": ("Document No", "Numer", "Номер документа", "Құжат нөмірі"),
    "date": ("Invoice date", "Data wystawienia", "Дата", "Күні"),
    "revenue": ("Amount", "Wartość", "Сумма", "Сома"),
    "currency": ("Currency", "Waluta", "Валюта", "Валюта"),
}
BY_LANGUAGE = [
    ("receipts", RECEIPTS),
    ("contacts", CONTACTS),
    ("products", PRODUCTS),
    ("stock", STOCK),
    ("stores", STORES),
    ("totals", TOTALS),
    ("documents", DOCUMENTS),
]


@pytest.mark.parametrize("language", range(4), ids=["en", "pl", "ru", "kk"])
@pytest.mark.parametrize(("kind", "headers"), BY_LANGUAGE)
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
