"""How files are written, and what becomes of an import, in a shop's words."""

from habitue.console.language import later

CHANNELS = {
    "consent_email": later("E-mail"),
    "consent_sms": later("Text messages"),
    "consent_phone": later("Calls"),
    "consent_push": later("Push messages"),
}
DELIMITERS = {
    ",": later("Comma"),
    ";": later("Semicolon"),
    "\t": later("Tab"),
    "|": later("Bar"),
}
ORDERS = {
    "dmy": later("Day first: 31.12.2026"),
    "mdy": later("Month first: 12/31/2026"),
    "iso": later("Year first: 2026-12-31"),
}
ENCODINGS = (
    *("utf-8", "windows-1250", "windows-1251", "windows-1252", "iso-8859-2"),
    *("kz1048", "utf-16"),
)
STATUSES = {
    "running": later("under way"),
    "done": later("taken in"),
    "broken": later("broken off"),
    "undoing": later("being taken back"),
    "undone": later("taken back"),
    "redoing": later("being taken in again"),
}
TONES = {"done": "good", "broken": "bad", "undone": "wait"}
FATES = {
    "stored": later("New ones"),
    "duplicate": later("Known already"),
    "rejected": later("Rejected"),
    "quarantined": later("Needs fixing"),
    "refused": later("Refused"),
}
