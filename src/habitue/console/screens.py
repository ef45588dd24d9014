"""The screens there are: those of the bar at the top, and what else Ctrl-K finds."""

from typing import NamedTuple

from habitue.console.language import later


class Screen(NamedTuple):
    """A screen: where it is, what it is called, who may see it.

    words: what somebody may type to find it, in the languages of the console.
    in_bar: it stands in the bar at the top.
    """

    path: str
    name: str
    permission: str
    words: str = ""
    in_bar: bool = True


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
    ),
    Screen(
        "/console/segments",
        later("Segments"),
        "segments:read",
        "segments audiences cohorts segmenty grupy сегменты аудитории сегменттер",
    ),
    Screen(
        "/console/channels",
        later("Channels"),
        "channels:read",
        "channels utm costs kanały koszty каналы расходы арналар",
    ),
    Screen(
        "/console/journeys",
        later("Journeys"),
        "insights:read",
        "journeys paths ropo attribution ścieżki пути жолдар",
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
        in_bar=False,
    ),
    Screen(
        "/console/geo",
        later("Tests by region"),
        "insights:read",
        "geo test region billboard regiony регион тест аймақ",
        in_bar=False,
    ),
    Screen(
        "/console/scores",
        later("Scores"),
        "scores:read",
        "scores rfm engagement stage oceny scoring оценки бағалар",
    ),
    Screen(
        "/console/sources",
        later("Sources"),
        "sources:read",
        "sources keys źródła klucze источники ключи көздер",
    ),
    Screen(
        "/console/sources/new",
        later("Connect a source"),
        "sources:write",
        "new source key nowe źródło новый источник жаңа көз",
        in_bar=False,
    ),
    Screen(
        "/console/imports",
        later("Imports"),
        "imports:read",
        "import file csv xlsx plik файл импорт файлдар",
    ),
    Screen(
        "/console/fixing",
        later("Needs fixing"),
        "quarantine:read",
        "quarantine fixing do poprawy исправить түзету",
    ),
    Screen(
        "/console/privacy",
        later("Privacy"),
        "privacy:read",
        "privacy erase forget gdpr rodo export prywatność usuń конфиденциальность"
        " удалить құпиялық",
    ),
    Screen(
        "/console/privacy/retention",
        later("How long text is kept"),
        "privacy:read",
        "retention expire retencja przechowywanie хранение сақтау",
        in_bar=False,
    ),
    Screen(
        "/console/team",
        later("Team"),
        "operators:read",
        "team operators users zespół команда топ",
    ),
    Screen(
        "/console/audit",
        later("Who did what"),
        "audit:read",
        "audit log audyt журнал аудит",
    ),
    Screen(
        "/console/settings",
        later("Settings"),
        "settings:read",
        "settings ustawienia настройки баптаулар",
    ),
    Screen(
        "/console/health",
        later("Health"),
        "settings:read",
        "health backup zdrowie состояние күйі",
    ),
)
