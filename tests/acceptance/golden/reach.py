"""Addresses and answers of the customers of a real shop, made up by their numbers."""

from pathlib import Path

import pandas as pd

COLUMNS = ["CustomerID", "Email", "Phone", "EmailConsent", "SmsConsent"]
# A yes is taken with its proof alone.
PROOF = {"ConsentDate": "2020-01-01", "ConsentPlace": "at the till"}


class Reach:
    """What a file of contacts tells, and what pandas makes of it."""

    def __init__(self, people: set[str]) -> None:
        self.rows = pd.DataFrame(map(_row, sorted(people)), columns=COLUMNS)

    def write(self, path: Path) -> Path:
        self.rows.assign(**PROOF).to_csv(path, index=False)
        return path

    def of(self, people: set[str]) -> dict[str, tuple[int, int, int]]:
        """Give by channel whose address is known, who said yes, and who both."""
        rows = self.rows[self.rows.CustomerID.isin(people)]
        mail, phone = rows.Email != "", rows.Phone != ""
        by_mail, by_text = rows.EmailConsent == "yes", rows.SmsConsent == "yes"
        return {
            "email": (sum(mail), sum(by_mail), sum(mail & by_mail)),
            "sms": (sum(phone), sum(by_text), sum(phone & by_text)),
            "call": (sum(phone), 0, 0),
            "push": (0, 0, 0),
        }


def _row(who: str) -> tuple[str, str, str, str, str]:
    # What is left of a number by three, five and two tells everybody apart.
    number = int(who) // 4
    mail, phone = number % 3 > 0, number % 5 < 2
    answer = "yes" if number % 2 else "no"
    return (
        who,
        f"c{who}@shop.example" if mail else "",
        f"+48600{int(who):06}" if phone else "",
        answer if mail else "",
        answer if phone and number % 7 else "",
    )
