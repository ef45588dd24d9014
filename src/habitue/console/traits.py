"""What is told and what is computed of a person, as people call it."""

from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.text import parsed_day, words

# Of a list of contacts, by the name of a column.
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
# Of a file, not of the person whom its line is of.
_OF_FILES = frozenset({"date"})
# By the name that conditions and the API have for it.
COMPUTED = {
    "identified": later("Known to the shop"),
    "events": later("Events in all"),
    "events_by_name": later("Events by name"),
    "days_active": later("Days with something done"),
    "first_event_us": later("First seen"),
    "last_event_us": later("Last seen"),
    "channels": later("Channels"),
    "orders": later("Orders"),
    "receipts": later("Receipts of tills"),
    "purchases": later("Purchases"),
    "returns": later("Returns"),
    "claimed_purchases": later("Purchases that only a browser told"),
    "revenue": later("Spent"),
    "revenue_by_channel": later("Spent by channel"),
    "purchases_by_channel": later("Purchases by channel"),
    "first_purchase_us": later("First purchase"),
    "last_purchase_us": later("Last purchase"),
    "average_basket": later("Average basket"),
    "days_between_orders": later("Time between orders"),
    "returned_share": later("Share returned"),
    "favourite_store": later("Store of most purchases"),
    "stores": later("Stores"),
    "products": later("Products bought most often"),
    "categories": later("Categories bought most often"),
    "brands": later("Brands bought most often"),
    "first_campaign": later("First campaign"),
    "last_campaign": later("Last campaign"),
    "engagement": later("Engagement, 0 to 100"),
    "disengagement": later("Silence beyond their rhythm, 0 to 100"),
    "rfm": later("Recency, frequency, money (RFM)"),
    "rfm_persona": later("Kind of customer"),
    "stage": later("Stage as a customer"),
    "need_class": later("Wish for contact"),
}

# What sources tell of somebody, by the name that files, webhooks and clients use.
TOLD = {
    **{name: text for name, text in FIELDS.items() if name not in _OF_FILES},
    "full_name": later("Full name"),
    "firstName": later("First name"),
    "lastName": later("Last name"),
    "middle_name": later("Middle name"),
    "title": later("Form of address"),
    "username": later("Name of the account"),
    "avatar": later("Picture"),
    "address": later("Address"),
    "locale": later("Language"),
    "age": later("Age"),
    "company": later("Company"),
    "website": later("Web site"),
    "role": later("Role"),
    "tier": later("Tier"),
    "points": later("Points"),
    "store_id": later("Store"),
    "currency": later("Currency"),
    "created_at": later("Customer since"),
    "createdAt": later("Customer since"),
    "tax_exempt": later("Free of tax"),
    "whatsapp_name": later("Name on WhatsApp"),
    "whatsapp_username": later("User name on WhatsApp"),
}


def computed_named(name: str, look: Look) -> str:
    """Call a computed trait as people do; empty for one that is not known.

    name: as a condition has it, the way into it included: revenue.GBP.net
    """
    head, mark, rest = name.partition(".")
    known = COMPUTED.get(head)
    return f"{look.say(known)}{mark}{rest}" if known else ""


def trait_named(name: str, look: Look) -> str:
    """Call what a source told as people do; what is not known as it is called there."""
    known = TOLD.get(name)
    return words(name) if known is None else look.say(known)


def trait_value(value: object, look: Look) -> str:
    """Write what a trait holds: a day as the reader does, the rest as it was told.

    >>> trait_value("1984-03-12", Look()), trait_value("LS1 4DY", Look())
    ('12 Mar 1984', 'LS1 4DY')
    """
    return look.flat(value) if parsed_day(value) is None else look.calendar_day(value)
