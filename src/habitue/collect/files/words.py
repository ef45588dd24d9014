"""Headers by which fields are known, in Polish, Russian and Kazakh: data.

They are compared folded (fields.plain): without case, spaces, punctuation and the marks
on letters; Kazakh's own letters count as the Russian ones that stand in for them. The
English ones, and what tills and shops export, stand with the fields.
"""

from types import MappingProxyType

WORDS = MappingProxyType(
    {
        "user_id": "użytkownik loginużytkownika логин пользователь пайдаланушы",
        "customer_id": (
            "klient nrklienta numerklienta idklienta kodklienta клиент номерклиента"
            " кодклиента idклиента покупатель кодпокупателя клиенткоды клиентнөмірі"
        ),
        "loyalty_card": (
            "karta nrkarty numerkarty kartalojalnościowa kartastałegoklienta карта"
            " номеркарты дисконтнаякарта картадисконтная бонуснаякарта картанөмірі"
            " бонустықкарта жеңілдіккартасы"
        ),
        "email": (
            "adresemail adresmailowy pocztaelektroniczna почта эпочта"
            " электроннаяпочта электронныйадрес адресэлектроннойпочты эпошта"
            " электрондықпошта электрондыпошта"
        ),
        "phone": (
            "telefon nrtelefonu numertelefonu komórka telefonkomórkowy телефон"
            " номертелефона мобильный мобильныйтелефон сотовый тел телефоннөмірі"
            " ұялытелефон"
        ),
        "receipt_id": (
            "nrparagonu numerparagonu paragon nrdokumentu чек номерчека чек№ №документа"
            " чекнөмірі түбіртек"
        ),
        "order_id": (
            "zamówienie nrzamówienia numerzamówienia idzamówienia заказ номерзаказа"
            " заказ№ кодзаказа тапсырыс тапсырыснөмірі"
        ),
        "return_id": (
            "zwrot nrzwrotu numerzwrotu nrkorekty возврат номервозврата қайтару"
            " қайтарунөмірі"
        ),
        "number": "faktura nrfaktury numerfaktury numerdokumentu счет номерсчета",
        "fiscal_id": (
            "nrfiskalny numerfiskalny фискальныйномер фискальныйпризнак фискалдықнөмір"
        ),
        "date": (
            "data datasprzedaży datazakupu datazamówienia dataparagonu datawystawienia"
            " datagodzina czas дата датавремя датаивремя датапродажи датапокупки"
            " датазаказа датачека время күні сатукүні тапсырыскүні"
        ),
        "updated_at": "datamodyfikacji zmieniono датаизменения изменен өзгертілгенкүні",
        "store_id": (
            "sklep nrsklepu kodsklepu salon магазин кодмагазина номермагазина дүкен"
            " дүкенкоды"
        ),
        "till_id": "kasa nrkasy stanowisko касса номеркассы касса№ кассанөмірі",
        "cashier_id": "kasjer sprzedawca кассир продавец кассашы сатушы",
        "channel": "kanał kanałsprzedaży канал каналпродаж арна",
        "currency": "waluta kodwaluty валюта кодвалюты валютакоды",
        "total": (
            "razem suma sumabrutto kwotaparagonu wartośćzamówienia dozapłaty итого"
            " всего суммачека суммазаказа барлығы жалпысома"
        ),
        "country": "kraj państwo страна ел елі",
        "status": "stanzamówienia statuszamówienia статус статусзаказа күйі мәртебесі",
        "tender": (
            "płatność formapłatności sposóbpłatności оплата способоплаты формаоплаты"
            " төлем төлемтәсілі"
        ),
        "coupon": "kupon kodrabatowy купон промокод",
        "reason": "powód powódzwrotu przyczyna причина причинавозврата себеп себебі",
        "product_id": "idproduktu idtowaru кодтовара idтовара тауаркоды",
        "sku": "indeks kodtowaru kodproduktu артикул",
        "gtin": "kodkreskowy kodean штрихкод штрихкодтовара штрихкоды",
        "category": "kategoria grupatowarowa категория группатоваров санат",
        "brand": "marka producent бренд марка производитель өндіруші",
        "variant": "wariant kolor rozmiar вариант цвет размер түсі өлшемі",
        "quantity": "ilość ilośćsztuk liczba sztuk количество колво кол саны",
        "price": (
            "cena cenabrutto cenajednostkowa cenajednostkowabrutto цена ценазаединицу"
            " баға бағасы"
        ),
        "discount": "rabat upust zniżka скидка жеңілдік",
        "line_total": (
            "wartość wartośćbrutto kwota kwotabrutto сумма стоимость сома құны"
        ),
        "first_name": "imię имя аты есімі",
        "last_name": "nazwisko фамилия тегі",
        "gender": "płeć пол жынысы",
        "birthday": (
            "dataurodzenia urodziny датарождения деньрождения туғанкүні туылғанкүні"
        ),
        "street": "ulica adres улица адрес көше мекенжай мекенжайы",
        "city": "miasto miejscowość город населенныйпункт қала қаласы",
        "state": "województwo region область регион облыс аймақ",
        "postal_code": "kodpocztowy индекс почтовыйиндекс пошталықиндекс",
        "language": "język язык тіл тілі",
        "tags": "tagi etykiety znaczniki метки",
        "consent_email": (
            "zgodaemail zgodanaemail newsletter согласиеemail согласиенаemail рассылка"
            " emailкелісімі emailгекелісім поштакелісімі"
        ),
        "consent_sms": (
            "zgodasms zgodanasms согласиеsms согласиенаsms смсрассылка smsкелісімі"
            " smsкекелісім"
        ),
        "consent_phone": (
            "zgodatelefon zgodanatelefon согласиеназвонки телефонкелісімі"
            " қоңырауғакелісім"
        ),
        "consent_push": (
            "zgodapush zgodanapush согласиеpush согласиенаpush pushкелісімі"
        ),
        "consent_at": "datazgody датасогласия келісімкүні",
        "consent_where": "źródłozgody источниксогласия келісімкөзі",
        "consent_by": "zgodęprzyjął ктопринялсогласие келісімдіалған",
        "consent_text": "treśćzgody текстсогласия келісіммәтіні",
        "consent_text_version": "wersjazgody версиясогласия келісімнұсқасы",
        "consent_purpose": "celzgody цельсогласия келісіммақсаты",
        # What is told of goods and stores, and of sums by month.
        "subcategory": "podkategoria подкатегория ішкісанат",
        "description": "opis описание сипаттама сипаттамасы",
        "unit": "jednostka jm jednostkamiary единицаизмерения едизм өлшембірлігі",
        "url": "adresurl ссылка сілтеме",
        "image_url": "zdjęcie фото изображение ссылканафото сурет суреті",
        "regular_price": "cenaregularna cenakatalogowa обычнаяцена әдеттегібаға",
        "deleted": (
            "usunięty wycofany zamknięty удален удалено закрыт жойылған жабылған"
        ),
        "region": "województwo region регион область аймақ облыс",
        "time_zone": "strefaczasowa часовойпояс уақытбелдеуі",
        "opening_hours": (
            "godziny godzinyotwarcia часыработы режимработы времяработы жұмысуақыты"
        ),
        "opened": "dataotwarcia датаоткрытия ашылғанкүні",
        "square_meters": "powierzchnia площадь алаңы",
        "month": "miesiąc okres месяц период ай кезең",
        "kind": "rodzaj typ вид тип виддокумента типдокумента түрі",
        "count": (
            "liczba liczbadokumentów количество количестводокументов саны құжатсаны"
        ),
        "revenue": "obrót sprzedaż выручка оборот сумма түсім айналым сома",
    }
)
