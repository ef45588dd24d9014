"""What channels are called: by which people come, are reached, and buy.

Sources and a shop's own rules may name any channel; one that is not known here is shown
as it was told.
"""

from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.text import visible

# By the code that events, rules and conditions have for it.
CHANNELS = {
    # -- where somebody was, or how they are reached
    "*": later("every channel"),
    "web": later("web"),
    "app": later("app"),
    "store": later("store"),
    "pos": later("till"),
    "kiosk": later("kiosk in a store"),
    "call": later("telephone"),
    "phone": later("telephone"),
    "chat": later("chat"),
    "whatsapp": later("WhatsApp"),
    "email": later("e-mail"),
    "sms": later("SMS"),
    "push": later("push"),
    "onsite": later("on the site"),
    "post": later("post"),
    "social": later("social networks"),
    "iot": later("connected devices"),
    "system": later("the shop’s own systems"),
    "online": later("online"),
    "unknown": later("channel not known"),
    # -- how somebody came to the site
    "poster": later("poster or printed code"),
    "comparison": later("price comparison"),
    "messenger": later("messengers"),
    "affiliate": later("partner sites"),
    "paid_social": later("paid social"),
    "paid_search": later("paid search"),
    "display": later("banners"),
    "organic_search": later("search engines"),
    "assistant": later("AI assistants"),
    "campaign": later("other traffic campaigns"),
    "referral": later("links on other sites"),
    "direct": later("came by themselves"),
    "other": later("another way"),
    "no_visit": later("without a visit"),
}


def channel_named(code: object, look: Look) -> str:
    """Call a channel in the reader's language, as it stands within a line."""
    known = CHANNELS.get(str(code))
    return visible(code) if known is None else look.say(known)


def channel_titled(code: object, look: Look) -> str:
    """Call a channel as it stands alone, in a table or beside a mark of a chart."""
    name = channel_named(code, look)
    # What nobody has a name for is a code, and stays one.
    return name[:1].upper() + name[1:] if str(code) in CHANNELS else name
