"""Fields of a list of contacts, and what becomes of an import, in a shop's words."""

from habitue.console.language import later

FIELDS = {
    "email": later("E-mail address"),
    "phone": later("Telephone number"),
    "name": later("Full name"),
    "first_name": later("First name"),
    "last_name": later("Last name"),
    "customer_id": later("Customer number"),
    "loyalty_card": later("Loyalty card"),
    "user_id": later("Account in the web shop"),
    "external_id": later("Number in another system"),
    "card_token": later("Payment card, as a token"),
    "gender": later("Gender"),
    "birthday": later("Birthday"),
    "street": later("Street"),
    "postal_code": later("Postal code"),
    "city": later("City"),
    "state": later("Region"),
    "country": later("Country"),
    "language": later("Language"),
    "tags": later("Tags"),
    "date": later("Since when it is so"),
    "updated_at": later("When it was last changed"),
    "consent_email": later("Agrees to e-mail"),
    "consent_sms": later("Agrees to text messages"),
    "consent_phone": later("Agrees to calls"),
    "consent_push": later("Agrees to push messages"),
    "consent_at": later("When they agreed"),
    "consent_where": later("Where they agreed"),
    "consent_by": later("Who took the consent down"),
    "consent_text": later("The words they agreed to"),
    "consent_text_version": later("The version of these words"),
    "consent_purpose": later("What they agreed to"),
}
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
