"""What bands, kinds of customers, stages and wishes are called."""

from habitue.console.language import later

PERSONAS = {
    "champion": later("Champions: lately, often, for much"),
    "loyal": later("Loyal: often, and not long ago"),
    "big_spender": later("Big spenders: lately, for much"),
    "promising": later("Promising: lately, a few times"),
    "newcomer": later("Newcomers: lately, once"),
    "steady": later("Steady: now and then"),
    "passing_by": later("Passing by: once, a while ago"),
    "must_not_lose": later("Not to be lost: often and for much, long ago"),
    "at_risk": later("At risk: some times, long ago"),
    "big_once": later("Once big: for much, long ago"),
    "drifting": later("Drifting off: once, long ago"),
    "asleep": later("Asleep: some times, very long ago"),
    "gone": later("Gone: once, very long ago"),
    "has not bought": later("Have not bought"),
}
BANDS = {
    "hot": later("Hot"),
    "warm": later("Warm"),
    "cool": later("Cool"),
    "cold": later("Cold"),
}
STAGES = {
    "stranger": later("Strangers: nobody knows who it is"),
    "prospect": later("Prospects: known, have not bought"),
    "new": later("New: first purchase not long ago"),
    "active": later("Active: within their rhythm"),
    "returned": later("Returned after a long silence"),
    "fading": later("Fading: silent beyond their rhythm"),
    "lapsed": later("Lapsed: silent for long"),
    "lost": later("Lost: silent for years"),
}
NEEDS = {
    "wants_attention": later("Want attention"),
    "on_demand": later("Want answers when they ask"),
    "do_not_disturb": later("Want to be left in peace"),
    "not known": later("Not known"),
}
