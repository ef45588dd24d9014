"""Scores: engagement, RFM, stage of life and need for contact, read from facts.

Each is a pure function of the person's combined state, the shop's rules and a day;
nothing of it is kept, so silence lowers a score by itself, and a late event or an
un-merge needs no repair. All ages are whole days of UTC: a score changes with an
event or at midnight, never in between. docs/scores.md has the formulas.
"""
