"""The words that conditions are said in; another language is another such table."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from habitue.base.money import plain_money

_UNITS = ("year", "month", "week", "day", "hour", "minute", "second")


def plain_count(number: int, noun: str, code: str) -> str:
    """Write a number of things in English, where one form does for every code.

    >>> plain_count(1, "days", "within"), plain_count(2, "values", "order_>=")
    ('1 day', '2 different values')
    """
    name = "different values" if noun == "values" else noun
    return f"{number} {name.removesuffix('s') if number == 1 else name}"


class Texts(Mapping[str, str]):
    """Words by their codes, and how sums, days and counts are written among them.

    money: of minor units and a currency; day: of a date as a condition has it, or a
    moment; moment: of microseconds since 1970; count: of a number, of what (days,
    times, values), and the code of the words it stands in, which may ask for a case.
    """

    def __init__(
        self,
        words: Mapping[str, str],
        money: Callable[[int, str], str] = plain_money,
        day: Callable[[str], str] = str,
        moment: Callable[[int], str] = str,
        count: Callable[[int, str, str], str] = plain_count,
    ) -> None:
        self._words = MappingProxyType(dict(words))
        self.money = money
        self.day = day
        self.moment = moment
        self.count = count

    def __getitem__(self, code: str) -> str:
        return self._words[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


ENGLISH = Texts(
    {
        "who": "People with",
        "everybody": "any profile",
        "nobody": "no profile",
        "and": "and",
        "or": "or",
        "not": "none of this: {}",
        "where": "where",
        # -- what was done
        "did_any": "at least one {}",
        "did_first": "a {}, the first of all,",
        "did_last": "a {}, the last of all,",
        "did_count": "{}: {}",
        "did_sum": "{}: {} adding up to {}",
        "did_distinct": "{}: {} of {}",
        "did_not": "not one {}",
        "sequence": "{}",
        "then": "then {}",
        "same": "the same {} as in {}",
        "other": "another {} than in {}",
        "same_of": "{} the same as {} in {}",
        "other_of": "{} another than {} in {}",
        "step_before": "the step before",
        "step": "step {}",
        "without": "without {} between",
        "gap_least": "at least {} later",
        "gap_most": "less than {} later",
        "then_not": "and not one {} since",
        "lasting": "for {} already",
        "event_*": "event",
        "event_$purchase": "purchase",
        "event_$return": "return",
        # -- when
        "within": "in the last {}",
        "since": "since {}",
        "until": "until {}",
        "between": "from {} to {}",
        # -- how much
        "order_<": "fewer than {}",
        "order_<=": "at most {}",
        "order_=": "exactly {}",
        "order_>=": "at least {}",
        "order_>": "more than {}",
        # -- comparisons
        "op_is": "{} is {}",
        "op_is_not": "{} is not {}",
        "op_one_of": "{} is one of {}",
        "op_none_of": "{} is none of {}",
        "op_contains": "{} contains {}",
        "op_starts_with": "{} starts with {}",
        "op_ends_with": "{} ends with {}",
        "op_<": "{} is less than {}",
        "op_<=": "{} is at most {}",
        "op_>=": "{} is at least {}",
        "op_>": "{} is more than {}",
        "op_exists": "{} is known",
        "op_missing": "{} is not known",
        "op_before": "{} is before {}",
        "op_after": "{} is {} or later",
        "op_within": "{} is in the last {}",
        "op_older": "{} is {} ago or longer",
        "op_ahead": "{} is in the next {}",
        "op_anniversary": "{} comes round in the next {}",
        # -- of one unit alone nobody says its number
        **{f"within_one_{one}s": f"in the last {one}" for one in _UNITS},
        **{f"op_within_one_{one}s": f"{{}} is in the last {one}" for one in _UNITS},
        **{f"op_ahead_one_{one}s": f"{{}} is in the next {one}" for one in _UNITS},
        "op_anniversary_one_days": "{} comes round in the next day",
        "yes": "yes",
        "no": "no",
        "quoted": "'{}'",
        # -- words
        "word_$type": "type",
        "word_$source": "source",
        "word_$channel": "channel",
        "word_$store": "store",
        "word_$region": "region",
        "word_$day": "the day",
        "word_$total": "total",
        "word_$product": "product",
        "word_$product_name": "name of the product",
        "word_$category": "category",
        "word_$brand": "brand",
        "word_$price": "price",
        "word_$list_price": "price by the catalogue",
        "word_$quantity": "quantity",
        "word_$amount": "amount of the line",
        # -- what is known
        "consent": "consent for {} by {}: {}",
        "state_granted": "granted",
        "state_withdrawn": "withdrawn",
        "state_pending": "pending",
        "state_unknown": "unknown",
        "known": "a known {}",
        "unknown": "no known {}",
        "in_segment": "membership of the segment '{}'",
        "trait": "a profile where {}",
        # -- what was found
        "found_times": "found {}",
        "found_values": "found {}",
        "found_sum": "found a sum of {}",
        "found_sequences": "found {}, to the end",
        "found_in": "is in it",
        "found_out": "is not in it",
        "found_nothing": "not known",
    }
)
