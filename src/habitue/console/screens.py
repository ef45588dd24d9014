"""The screens there are: those of the bar and its menus, and what else Ctrl-K finds."""

from collections.abc import Callable
from typing import NamedTuple

from habitue.console.language import later


class Screen(NamedTuple):
    """A screen: where it is, what it is called, who may see it.

    words: what somebody may type to find it, in the languages of the console.
    place: where it stands at the top: in the bar itself, in one of its menus, or
    nowhere, since another screen leads to it.
    """

    path: str
    name: str
    permission: str
    words: str = ""
    place: str = "bar"


# The menus of the bar: what else is in daily use stands in the bar itself.
MENUS = (("data", later("Data")), ("admin", later("Admin")))

SCREENS = (
    Screen(
        "/console",
        later("Today"),
        "console:open",
        "today home start dziś dzisiaj сегодня бүгін",
    ),
    Screen(
        "/console/live",
        later("Live"),
        "people:read",
        "live stream events na żywo сейчас тікелей",
    ),
    Screen(
        "/console/people",
        later("People"),
        "people:read",
        "people customers klienci osoby люди клиенты адамдар",
    ),
    Screen(
        "/console/duplicates",
        later("Duplicates"),
        "people:merge",
        "duplicates merge duplikaty дубликаты қайталар",
        place="data",
    ),
    Screen(
        "/console/segments",
        later("Segments"),
        "segments:read",
        "segments audiences cohorts segmenty grupy сегменты аудитории сегменттер",
    ),
    Screen(
        "/console/exports",
        later("Exports that need a yes"),
        "segments:export",
        "exports approve eksport zgoda экспорт согласие экспорт рұқсат",
        place="",
    ),
    Screen(
        "/console/channels",
        later("Channels"),
        "channels:read",
        "channels utm costs kanały koszty каналы расходы арналар",
        place="data",
    ),
    Screen(
        "/console/journeys",
        later("Purchase journeys"),
        "insights:read",
        "purchase journeys paths ropo attribution ścieżki пути жолдар",
    ),
    Screen(
        "/console/kpis",
        later("Key figures"),
        "insights:read",
        "kpi figures cohorts wskaźniki показатели көрсеткіштер",
    ),
    Screen(
        "/console/digests",
        later("The week in figures"),
        "insights:read",
        "digest report week raport tydzień отчёт неделя есеп",
        place="",
    ),
    Screen(
        "/console/geo",
        later("Tests by region"),
        "insights:read",
        "geo test region billboard regiony регион тест аймақ",
        place="",
    ),
    Screen(
        "/console/scores",
        later("Scores"),
        "scores:read",
        "scores rfm engagement stage oceny scoring скоринг оценки ұпай",
    ),
    Screen(
        "/console/sources",
        later("Sources"),
        "sources:read",
        "sources keys źródła klucze источники ключи көздер",
        place="data",
    ),
    Screen(
        "/console/sources/new",
        later("Connect a source"),
        "sources:write",
        "new source key nowe źródło новый источник жаңа көз",
        place="",
    ),
    Screen(
        "/console/imports",
        later("Imports"),
        "imports:read",
        "import file csv xlsx plik файл импорт файлдар",
        place="data",
    ),
    Screen(
        "/console/fixing",
        later("Needs fixing"),
        "quarantine:read",
        "quarantine fixing do poprawy исправить түзету",
        place="data",
    ),
    Screen(
        "/console/privacy",
        later("Privacy"),
        "privacy:read",
        "privacy erase forget gdpr rodo export prywatność usuń конфиденциальность"
        " удалить құпиялық",
        place="admin",
    ),
    Screen(
        "/console/privacy/retention",
        later("How long text is kept"),
        "privacy:read",
        "retention expire retencja przechowywanie хранение сақтау",
        place="",
    ),
    Screen(
        "/console/team",
        later("Team"),
        "operators:read",
        "team operators users zespół команда топ",
        place="admin",
    ),
    Screen(
        "/console/baits",
        later("Bait"),
        "baits:read",
        "bait canary alarm przynęta alarm приманка тревога тұзақ дабыл",
        place="admin",
    ),
    Screen(
        "/console/audit",
        later("Who did what"),
        "audit:read",
        "audit log audyt журнал аудит",
        place="admin",
    ),
    Screen(
        "/console/settings",
        later("Settings"),
        "settings:read",
        "settings ustawienia настройки баптаулар",
        place="admin",
    ),
    Screen(
        "/console/health",
        later("Health"),
        "settings:read",
        "health backup zdrowie состояние күйі",
        place="admin",
    ),
)


def screens_at(place: str, may: Callable[[str], bool]) -> list[Screen]:
    """List the screens of a place that somebody may see, in order."""
    return [one for one in SCREENS if one.place == place and may(one.permission)]
