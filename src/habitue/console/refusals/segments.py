"""What is wrong with a condition or a segment, and why it can't be counted."""

SEGMENTS = (
    "There is no such condition; there are {sorts}.",
    "It is of {parts} parts; {most} are the most.",
    "Segments can't ask for one another in a circle: {names}.",
    "With the segments it asks for, '{name}' is of {parts} parts; {most} are the most.",
    "There is no segment '{name}'.",
    "A text in it holds half a letter (a lone surrogate).",
    "It is nested too deeply; {most} conditions in one another are the most.",
    (
        "At most {most} steps are remembered at a time: compare with the step before,"
        " where that has the same value."
    ),
    "Nothing comes before the first step: leave that out.",
    "It may be compared with step 1 to {last}, not {step}.",
    "{name} is a number: texts are compared with steps.",
    "Name 1 to {most} events.",
    (
        "Orders, receipts and returns as they stand have no '{name}'; they have"
        " {fields} and the words that begin with $. Ask for the event that told it,"
        " like Order Completed."
    ),
    "There is no word '{name}'; there are {words}.",
    "{name} is money: say its currency.",
    "{name} is no money: leave the currency out.",
    "'{text}' is no currency; write it like PLN.",
    "A path is of 1 to {most} names with dots between.",
    "A name is of 1 to {most} letters.",
    "A name has no control characters, and no half letters.",
    "A count is of 0 to {most}.",
    "An amount is below {most}.",
    "Money is in minor units: a whole number.",
    "A sequence is of 2 to {most} steps, or of 1 with then_not.",
    "least has to be shorter than most.",
    "Say how long, in seconds to years: dates don't fit here.",
    "Say how long, or from when to when: not both.",
    "A window is of no less than nothing.",
    "A window is of a second to {most} years.",
    "'{text}' is no date; write 2026-03-01, or a moment.",
    "since has to be before until.",
    "Say one of count, sum and distinct; join two with 'all'.",
    "The first and the last are one: leave it out.",
    "'{op}' compares with now, as traits alone can be: use within.",
    "There is a segment '{name}'; put it to change it.",
    "No segment can be called '{name}'.",
    "There are {count} segments: delete one first.",
    "Segment '{name}' is asked for by {others}: change these first.",
    "Say what is to be told: who enters, who leaves, or both.",
    "'{name}' listens to the segment '{other}'; choose another name.",
    (
        "What is asked for has to be judged person by person, and in {limit} s only"
        " {done} were. Save the condition as a segment: who is in it is kept from then"
        " on, and counted at once. Or ask for more that the copy for analysis can"
        " judge, so that fewer people are left."
    ),
    "A segment needs a condition.",
    (
        "A segment's {field} is text of at most {limit} letters, without control"
        " characters."
    ),
    "There are {most} subscriptions: end one first.",
    "'{name}' does not listen to '{segment}'.",
    (
        "A segment's id begins with a small letter; small letters, figures, - and _"
        " follow, 60 of them at most."
    ),
    "There is a segment '{id}'; choose another id for this one.",
    "A list is of {most} people at most; ask for fewer days.",
    (
        "What a segment is worth, and who of it can be reached for {purpose}, is told"
        " by the copy for analysis, and there is none here."
    ),
    "This installation keeps no copy for analysis: see the setting lake.enabled.",
    "This installation keeps no analytic copy: see the setting lake.enabled.",
    "It is being worked out; ask again in a while.",
)
