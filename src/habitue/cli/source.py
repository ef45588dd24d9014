"""habitue source: where events come from, and their keys."""

from typing import Annotated, Any, Literal

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect, segment
from habitue.cli import source_keys
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout
from habitue.cli.source_keys import Scope
from habitue.cli.webhook import say_webhook, told_webhook
from habitue.collect.browser.script import snippet

app = App(name="source")
source_keys.add_to(app)

Origin = Annotated[
    list[str] | None,
    Parameter(
        name="--origin",
        help="A site whose pages may use a public key, as in https://shop.example or"
        " https://*.shop.example; again for each. Without one, any page may.",
        negative=(),
    ),
]
NO_ADDRESS = "https://HOST"


@app.command
def add(
    name: str,
    *,
    kind: Literal["public", "server"] = "server",
    mode: Literal["joins", "signed", "trusted"] = "joins",
    country: str | None = None,
    time_zone: str | None = None,
    simulated: bool = False,
    trust_orders: bool = False,
    shared_device: bool = False,
    network_cookie: bool = False,
    silent_after: int | None = None,
    scope: Scope = None,
    webhook: str | None = None,
    webhook_secret: str | None = None,
    webhook_url: str | None = None,
    webhook_currency: str | None = None,
    origin: Origin = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Set up a source and print its key, once.

    Parameters
    ----------
    name
        Small letters, digits, dots and dashes, as in shop-web.
    kind
        public for a key that visitors can see (browser, app); server for one that
        only your own systems hold.
    mode
        What a browser's word about identity is worth. joins: a sign-in hands the
        device's own anonymous history to the person it names. signed: only with a
        token from your server. trusted: as if your server had said it; any visitor
        can then claim to be anybody.
    country
        The country of phone numbers that come without a code, as in PL.
    time_zone
        The zone of times that come without one, as in Europe/Warsaw.
    simulated
        Mark everything from here with the badge "simulated".
    trust_orders
        Count orders that only a browser reported as revenue.
    shared_device
        A kiosk or tablet that many people use.
    webhook
        Take deliveries of this provider too, as woocommerce; habitue webhook list.
    webhook_secret
        The secret that the provider gave; - reads it from the keyboard. Without it
        one is made where the provider takes ours.
    webhook_url
        The address as the provider has it, where it is signed along.
    webhook_currency
        Of amounts that come without one, as PLN; else the shop's.
    network_cookie
        Give visitors a cookie from here, as Snowplow's collector does; only where no
        consent is needed for it.
    silent_after
        Nothing from it for so many seconds is worth a look: a day if not told; 0 for
        a source that may be silent for ever.

    """
    wanted: dict[str, Any] = {
        "name": name,
        "kind": kind,
        "mode": mode,
        "simulated": simulated,
        "trustOrders": trust_orders,
        "sharedDevice": shared_device,
        "networkCookie": network_cookie,
    }
    wanted |= _told(scopes=scope, origins=origin, timeZone=time_zone)
    wanted |= _told(country=country and country.upper(), silentAfterS=silent_after)
    if webhook is not None:
        wanted["webhook"] = told_webhook(
            webhook, webhook_secret, webhook_url, currency=webhook_currency
        )
    told = settings(data, database)
    with connect(told) as client:
        made = client.post("/api/v1/sources", wanted)
    if kind == "public":
        address = told.server.public_url or NO_ADDRESS
        made["snippet"] = snippet(address, made["key"])
    if json:
        print_json(made)
        return
    _say_made(name, made)


def _told(**fields: Any) -> dict[str, Any]:
    """Give the fields that were told."""
    return {field: value for field, value in fields.items() if value}


def _say_made(name: str, made: dict[str, Any]) -> None:
    stdout.print(f"Source [bold]{escape(name)}[/] is ready. Its key is shown only now:")
    stdout.print(made["key"], highlight=False)
    if "webhook" in made:
        say_webhook(made["webhook"])
    if "snippet" in made:
        _show_snippet(made["snippet"])


def _show_snippet(line: str) -> None:
    stdout.print("This line in a site's pages sends what visitors do, once they agree:")
    stdout.print(line, highlight=False, markup=False, soft_wrap=True)
    if NO_ADDRESS in line:
        stdout.print(
            f"Where it says {NO_ADDRESS}, put the address under which browsers reach"
            " this server; the setting server.public_url prints it here.",
            highlight=False,
        )


@app.command(name="list")
def list_sources(
    *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """List sources with what became of their items."""
    with connect(settings(data, database)) as client:
        sources = client.every("/api/v1/sources", "sources")
    if json:
        print_json({"sources": sources})
        return
    table = Table("source", "kind", "mode", "received", "stored", "duplicate")
    table.add_column("needs fixing")
    table.add_column("refused")
    table.add_column("waiting")
    for source in sources:
        outcomes = source["outcomes"]
        table.add_row(
            escape(source["name"]),
            source["kind"],
            source["mode"],
            *(
                f"{outcomes[fate]:,}"
                for fate in (
                    "received",
                    "stored",
                    "duplicate",
                    "quarantined",
                    "refused",
                )
            ),
            _waiting(source),
        )
    stdout.print(table)


def _waiting(source: dict[str, Any]) -> str:
    """Say what of a source is on disk and not yet in profiles."""
    records, waited_ms = source["lag_records"], source["lag_ms"]
    if records is None:
        return "not counted"
    return f"{records:,}, for {waited_ms:,} ms" if records else "0"


@app.command
def change(
    name: str,
    *,
    mode: Literal["joins", "signed", "trusted"] | None = None,
    priority: int | None = None,
    country: str | None = None,
    time_zone: str | None = None,
    trust_orders: bool | None = None,
    origin: Origin = None,
    network_cookie: bool | None = None,
    silent_after: int | None = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Change what is set of a source; profiles are decided anew at once.

    Parameters
    ----------
    name
        The source.
    mode
        What a browser's word about identity is worth, from now on.
    priority
        Where two verified sources differ, the one with the lower number stands.
    country
        The country of phone numbers that come without a code, as in PL.
    time_zone
        The zone of times that come without one, as in Europe/Warsaw.
    trust_orders
        Count orders that only a browser reported as revenue.
    network_cookie
        Give visitors a cookie from here, as Snowplow's collector does.
    silent_after
        Nothing from it for so many seconds is worth a look; 0 for never.

    """
    told = {
        "mode": mode,
        "priority": priority,
        "country": country,
        "timeZone": time_zone,
        "trustOrders": trust_orders,
        "origins": origin,
        "networkCookie": network_cookie,
        "silentAfterS": silent_after,
    }
    wanted = {key: value for key, value in told.items() if value is not None}
    with connect(settings(data, database)) as client:
        made = client.patch(f"/api/v1/sources/{segment(name)}", wanted)
    if json:
        print_json(made)
    else:
        stdout.print(f"Source {escape(name)} is changed.")
