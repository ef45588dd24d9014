"""The settings themselves, a section each: name, default, one sentence, limits."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

from msgspec import Struct

from habitue.base.sections_collect import Collect
from habitue.base.sections_digest import Digest
from habitue.base.sections_duplicates import Duplicates
from habitue.base.sections_lake import Lake
from habitue.base.sections_taking import Audit, Exports, Reveals, Searches, Secrets
from habitue.base.setting import (
    COUNTRY,
    CURRENCY,
    LOG_FORMAT,
    LOG_LEVEL,
    TIME_ZONE,
    Setting,
)

KIB = 1024
MIB = 1024 * KIB


class Server(Struct, frozen=True):
    """Where Habitué listens."""

    host: Annotated[
        str, Setting("The address to listen on; other than loopback only on purpose.")
    ] = "127.0.0.1"
    port: Annotated[
        int, Setting("The port to listen on; 0 takes a free one.", low=0, high=65_535)
    ] = 8460
    keeper_first: Annotated[
        bool,
        Setting(
            "Listen on other than loopback only once an administrator can sign in; off"
            " where something else keeps strangers out, as around a container."
        ),
    ] = True
    trusted_proxies: Annotated[
        tuple[str, ...],
        Setting("Addresses of proxies whose X-Forwarded headers are believed."),
    ] = ()
    public_url: Annotated[
        str,
        Setting(
            "Where others reach this server, as https://cdp.shop.example: pages load"
            " its script from there, and some webhooks sign it along."
        ),
    ] = ""
    head_timeout_s: Annotated[
        int,
        Setting(
            "A connection on which a request's head takes longer is ended.",
            low=1,
            high=600,
        ),
    ] = 20
    connections_max: Annotated[
        int,
        Setting(
            "Of more connections those end on which no request is under way, the"
            " quietest first.",
            low=10,
            high=1_000_000,
        ),
    ] = 10_000

    @property
    def on_loopback(self) -> bool:
        """Say whether nobody beyond this machine reaches it by itself."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


class Data(Struct, frozen=True):
    """Where the data live."""

    folder: Annotated[
        Path, Setting("The folder that holds the log and all that follows from it.")
    ] = Path("data")
    reserve_mb: Annotated[
        int,
        Setting(
            "Megabytes of disk kept back, let go when it is full so that people can"
            " still be erased; with less than a quarter of them left items get 503.",
            high=100_000,
        ),
    ] = 64


class Database(Struct, frozen=True):
    """A database server, where several processes share the data."""

    url: Annotated[
        str,
        Setting(
            "postgresql://user:password@host/name; empty keeps all in the data folder.",
            secret=True,
        ),
    ] = ""


class Project(Struct, frozen=True):
    """How the log becomes profiles."""

    slice_ms: Annotated[
        int, Setting("The longest the projector works in one go.", low=1, high=50)
    ] = 1
    lag_records_max: Annotated[
        int,
        Setting("Farther behind the log, items get 429.", low=100, high=10_000_000),
    ] = 20_000
    lag_ms_max: Annotated[
        int, Setting("Longer behind the log, items get 429.", low=10, high=60_000)
    ] = 500
    snapshot_records: Annotated[
        int,
        Setting("Records after which state is written down.", low=100, high=150_000),
    ] = 20_000
    snapshot_seconds: Annotated[
        int, Setting("Seconds after which state is written down.", low=1, high=5)
    ] = 2


class State(Struct, frozen=True):
    """What is kept in memory."""

    rows_max: Annotated[
        int,
        Setting("Rows of state kept in memory.", low=1_000, high=100_000_000),
    ] = 500_000


class Channels(Struct, frozen=True):
    """How visits are told apart, for what channels brought."""

    visit_idle_minutes: Annotated[
        int,
        Setting(
            "A pause of more minutes ends a visit; an order after it is of no visit.",
            low=1,
            high=24 * 60,
        ),
    ] = 30
    report_facts_max: Annotated[
        int,
        Setting(
            "Page views and orders in a report by channel; one of more asks for fewer"
            " days.",
            low=1000,
            high=100_000_000,
        ),
    ] = 5_000_000


class Journeys(Struct, frozen=True):
    """When a session ends, and how far before a purchase its journey may begin."""

    session_idle_minutes: Annotated[
        int,
        Setting("A pause of more minutes ends a session.", low=1, high=24 * 60),
    ] = 30
    session_on_campaign: Annotated[
        bool, Setting("Coming by another channel or campaign begins another session.")
    ] = True
    session_at_midnight: Annotated[
        bool, Setting("Midnight in the shop's zone ends a session.")
    ] = False
    window_days: Annotated[
        int,
        Setting(
            "Days before a purchase in which its journey may begin, and in which"
            " something researched or tried counts.",
            low=1,
            high=365,
        ),
    ] = 30


class People(Struct, frozen=True):
    """How people are read, and from when on a warning is shown on one."""

    kept_bytes_max: Annotated[
        int,
        Setting(
            "Bytes of people kept encoded, because they are read often; 0 keeps none.",
            high=64 * 1024 * MIB,
        ),
    ] = 64_000_000
    asked_max: Annotated[
        int,
        Setting(
            "Reads within which a person must be read again to be kept.",
            low=1,
            high=10_000_000,
        ),
    ] = 10_000
    many_identifiers: Annotated[
        int,
        Setting("A person of more identifiers shows a warning.", low=1, high=1_000_000),
    ] = 1_000
    many_refusals: Annotated[
        int,
        Setting(
            "A person whom more claims and reports tried to join shows a warning.",
            low=1,
            high=1_000_000,
        ),
    ] = 100


class Shop(Struct, frozen=True):
    """The shop itself."""

    name: Annotated[str, Setting("The name on the screen.")] = "My shop"
    currency: Annotated[
        str, Setting("The currency of a new log's reports.", form=CURRENCY)
    ] = "GBP"
    time_zone: Annotated[
        str, Setting("Where a day begins and ends, in a new log.", form=TIME_ZONE)
    ] = "UTC"
    country: Annotated[
        str,
        Setting("Whose telephone numbers come without a country code.", form=COUNTRY),
    ] = "GB"
    delicate_categories: Annotated[
        tuple[str, ...],
        Setting(
            "Categories of goods that nobody is to begin a conversation with, as the"
            " catalogue or the events name them; what lies within one is delicate, too."
        ),
    ] = ()


class Console(Struct, frozen=True):
    """The console."""

    host: Annotated[
        str,
        Setting(
            "The host name that the console alone is at, as console.shop.example: there"
            " no events are taken, and at other names there is no console. Empty: it is"
            " at every name."
        ),
    ] = ""
    start_minutes: Annotated[
        int, Setting("How long a start link works.", low=1, high=60)
    ] = 15
    session_minutes: Annotated[
        int, Setting("How long a browser stays signed in at most.", low=5, high=1_440)
    ] = 720
    idle_minutes: Annotated[
        int,
        Setting("After how long without use a browser is signed out.", 1, 1_440),
    ] = 30
    backups: Annotated[
        str,
        Setting(
            "The folder where backups are put, so that the console says how old the"
            " newest is; empty: it does not say."
        ),
    ] = ""
    upload_mb_max: Annotated[
        int,
        Setting("How many megabytes a file uploaded on the page may have.", 1, 4_096),
    ] = 200


class Watch(Struct, frozen=True):
    """Folders that are watched for files."""

    root: Annotated[
        str,
        Setting(
            "Watched folders lie in this one; empty is incoming in the data folder."
        ),
    ] = ""
    look_s: Annotated[
        int, Setting("Seconds from one look at the folders to the next.", 1, 3_600)
    ] = 2
    settle_s: Annotated[
        int,
        Setting("A file that did not change for so many seconds is whole.", 1, 3_600),
    ] = 10


class Log(Struct, frozen=True):
    """What the program tells of its own work, on the terminal or in a file."""

    level: Annotated[str, Setting("How much is told.", form=LOG_LEVEL)] = "info"
    format: Annotated[
        str,
        Setting("Lines to read, or a JSON object a line to search.", form=LOG_FORMAT),
    ] = "text"
    file: Annotated[
        str, Setting("A file to tell it to instead; it rotates by size.")
    ] = ""
    file_mb_max: Annotated[
        int, Setting("Megabytes after which the file is begun anew.", low=1, high=4_096)
    ] = 50
    files_max: Annotated[
        int, Setting("Former files that are kept beside it.", low=1, high=100)
    ] = 5


class Settings(Struct, frozen=True):
    """All settings, a section each."""

    server: Server = Server()
    data: Data = Data()
    database: Database = Database()
    collect: Collect = Collect()
    project: Project = Project()
    state: State = State()
    people: People = People()
    duplicates: Duplicates = Duplicates()
    channels: Channels = Channels()
    journeys: Journeys = Journeys()
    digest: Digest = Digest()
    shop: Shop = Shop()
    console: Console = Console()
    audit: Audit = Audit()
    exports: Exports = Exports()
    reveals: Reveals = Reveals()
    searches: Searches = Searches()
    secrets: Secrets = Secrets()
    watch: Watch = Watch()
    lake: Lake = Lake()
    log: Log = Log()
