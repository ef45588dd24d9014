"""Uses a server where there is no network but loopback; says what worked.

Run in a network namespace: unshare --net python -m tests.doctor.alone FOLDER.
"""

import fcntl
import json
import socket
import struct
import sys
from pathlib import Path

from tests.acceptance.shop import Shop, identify, track

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1


def main(folder: Path) -> None:
    loopback_up()
    said("alone", elsewhere_is_unreachable())
    shop = Shop(folder).start()
    shop.source("till")
    shop.source("web", kind="public")
    anna = identify({"name": "Anna"}, userId="anna", identifiers={"email": "a@b.pl"})
    stored = shop.send("till", anna, track("Viewed", userId="anna"))
    said("collects", [one["outcome"] for one in stored] == ["stored", "stored"])
    said("refuses", shop.send("till", {"type": "x"})[0]["outcome"] == "quarantined")
    lines = folder.parent / "people.csv"
    lines.write_text("customer_id,email,name\n7,b@b.pl,Bea\n")
    shop.command("import", str(lines), "--what", "contacts")
    said("imports", shop.person("email:b@b.pl") is not None)
    said("reads", shop.person("user_id:anna")["name"] == "Anna")
    body = {"left": shop.id("email:a@b.pl"), "right": shop.id("email:b@b.pl")}
    shop.api("POST", "/api/v1/people/merge", body)
    said("judges", shop.id("email:a@b.pl") == shop.id("email:b@b.pl"))
    shop.command("export", str(folder.parent / "out"))
    said("exports", (folder.parent / "out" / "events.parquet").exists())
    assert shop.stop() == 0
    told = json.loads(shop.command("rebuild", "--verify", "--json"))
    said("rebuilds", told["equal"])
    shop.start()
    said("metrics", shop.request("GET", "/metrics")[0] == 200)
    said("doctor", "wrong" not in shop.command("doctor", "--json"))
    said("ends", shop.stop() == 0)


def said(word: str, holds: bool) -> None:
    assert holds, word
    sys.stdout.write(word + "\n")


def loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        asked = struct.pack("16sH14s", b"lo", 0, b"")
        flags = struct.unpack("16sH14s", fcntl.ioctl(one, SIOCGIFFLAGS, asked))[1]
        fcntl.ioctl(
            one, SIOCSIFFLAGS, struct.pack("16sH14s", b"lo", flags | IFF_UP, b"")
        )


def elsewhere_is_unreachable() -> bool:
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("192.0.2.1", 80)) != 0


if __name__ == "__main__":
    main(Path(sys.argv[1]))
