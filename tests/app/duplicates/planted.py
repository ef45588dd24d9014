"""People who have little in common, and twins of them in other letters."""

from habitue.app.duplicates.fields import canonical
from habitue.app.duplicates.order import Known

# Name in Latin, in Cyrillic.
FIRST = (
    ("Anna", "Анна"),
    ("Piotr", "Пётр"),
    ("Swietlana", "Светлана"),
    ("Dmitri", "Дмитрий"),
    ("Olga", "Ольга"),
    ("Siergiej", "Сергей"),
    ("Marina", "Марина"),
    ("Boris", "Борис"),
)
LAST = (
    ("Iwanow", "Иванов"),
    ("Szczukin", "Щукин"),
    ("Kozlow", "Козлов"),
    ("Zukow", "Жуков"),
    ("Morozow", "Морозов"),
    ("Winogradow", "Виноградов"),
    ("Sobolew", "Соболев"),
)
TOWNS = ("Kraków", "Warszawa", "Gdańsk", "Łódź", "Poznań")
FEW = 40


def traits(number: int, letters: int = 0) -> dict[str, str]:
    """Give the traits of somebody by their number; letters: 0 Latin, 1 Cyrillic."""
    first = FIRST[number % len(FIRST)][letters]
    # Eight and seven have nothing in common, so each couple of names comes once in 56.
    last = LAST[number % len(LAST)][letters]
    return {
        "first_name": first,
        "last_name": last,
        "birthday": f"{1950 + number:04}-{1 + number % 12:02}-{1 + number % 28:02}",
        "city": TOWNS[number % len(TOWNS)],
    }


def people(count: int) -> list[Known]:
    """Give so many people, numbered from 1, each with an e-mail of their own."""
    return [
        Known(number, _fields(traits(number), f"p{number}-{number * 37}@example.com"))
        for number in range(1, count + 1)
    ]


def twin(one: Known, person_id: int) -> Known:
    """Give the same person as told in Cyrillic, by another number."""
    return Known(person_id, _fields(traits(one.person_id, 1), ""))


def _fields(told: dict[str, str], email: str) -> dict[str, str]:
    renamed = {
        "first": told["first_name"],
        "last": told["last_name"],
        "birth": told["birthday"],
        "city": told["city"],
        "email": email,
    }
    return canonical(renamed)
