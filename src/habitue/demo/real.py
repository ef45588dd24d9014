"""What of the demo is real, what is moved, invented and simulated."""

from habitue.console.language import Language, later
from habitue.demo.history import weeks_moved

WHAT_IS_REAL = (
    later(
        "Real: the purchases. 541,909 lines of 25,900 invoices of a British gift shop,"
        " 1 December 2010 to 9 December 2011 (UCI Online Retail; Chen, Sain, Guo 2012;"
        " CC BY 4.0): who bought what, when, how many, at what price, and what was"
        " credited. Anna's eight orders and two returns are those of customer 13862."
    ),
    later(
        "Moved: all dates, forward by %(weeks)s whole weeks, so that the last day is"
        " last Friday. Weekdays and times of day are as they were; public holidays are"
        " not."
    ),
    later(
        "Invented: the shop's name, its stores, all names of people, e-mails and"
        " telephone numbers. The history calls itself the web shop's; the data speaks"
        " of web and mail orders and does not part them."
    ),
    later(
        "Simulated, and marked so wherever it shows: everything of today (web, app,"
        " till, beacon and call events)."
    ),
)


def what_is_real(now_us: int, language: Language) -> str:
    """Say in words what of the demo is real, with the weeks it was moved by."""
    weeks = weeks_moved(now_us)
    return "\n\n".join(language.say(text, weeks=weeks) for text in WHAT_IS_REAL)
