"""Refusals of the core that are seen on pages, as it writes them.

Each is found by its form, whatever its values are, and said in the reader's language
(habitue.console.refused); a test holds each to a sentence of the core.
"""

# What is wrong with a condition or a segment.
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
)
# Taking people out, and seeing what is hidden of them.
APPROVALS = (
    "You have asked for {count} exports that nobody answered yet; wait for an answer.",
    "There is no request '{id}'.",
    (
        "You asked for this yourself; somebody else who may take people out has to"
        " say yes or no."
    ),
    "This request was answered already, or is too old; have it asked for anew.",
    (
        "'{segment}' is of {people} people. More than {limit} are taken out only once"
        " a second person has said yes: ask for it on the segment's page, by 'habitue"
        " segment ask-export' or POST /api/v1/segments/{segment}/export/requests."
    ),
    (
        "Say what the export is for, in {least} to {most} letters; who says yes or no"
        " reads it."
    ),
    (
        "'{segment}' is of more people than you may take out now: {left} of the"
        " {budget} that your role may in 24 hours. Take a smaller segment, wait, or"
        " have an administrator take it out."
    ),
    (
        "Your role may see what is hidden of {budget} people in 24 hours, and you"
        " have. Wait, ask somebody who sees it anyway, or have"
        " reveals.*_people_per_day raised in the settings."
    ),
)
# Getting in, and who works here.
TEAM = (
    (
        "A password has {least} to {most} characters; four words that have nothing to"
        " do with one another make a good one."
    ),
    (
        "This password is among the first that are guessed; take four words that have"
        " nothing to do with one another."
    ),
    "Too many tries failed; try again in {seconds} seconds.",
    (
        "'{name}' can't name a team member; use letters, digits, _ . @ -, up to 64 of"
        " them, with a letter or digit first."
    ),
    "'{name}' names the house itself; use their own name.",
    (
        "There is a team member '{name}' already; reset them for a new invitation, or"
        " choose another name."
    ),
    "There is no team member '{name}'.",
    "'{name}' is the last administrator; add another one first.",
    (
        "The role '{role}' sees the people of all stores; only {roles} can be kept to"
        " some. Take the stores and regions away first, or choose one of these roles."
    ),
    "The audit could not be written, so nothing was done.",
)
# Files, and what stands in their lines.
IMPORTS = (
    "The file is larger than {size} MB. Split it, or import it with 'habitue import'.",
    "The file is empty.",
    "This file is not kept any more; upload it again.",
    "This file is imported already; upload it again.",
    "These lines are not kept any more.",
    "There is no import '{id}'.",
    "This import has ended already.",
    "An import has {most} tags at the most.",
    "A tag has 1 to {most} plain characters.",
    "Say why, in 1 to {most} characters.",
    "Only an import that was undone can be redone.",
    "The process that read the file was ended. Try again.",
    "The file has more than {most} lines: split it.",
    "The file has {count} columns; the limit is {most}.",
    "There is no encoding '{name}' here; there are {known}.",
    (
        "Is it '{one}' or '{other}'? The letters of this file may be {best} or"
        " {rival}: declare the encoding in the mapping, or with --encoding."
    ),
    (
        "Columns '{one}' and '{other}' both give '{name}': name one of them in the"
        " mapping."
    ),
    (
        "Is {first}/{second} the {first}. of month {second}, or the {second}. of"
        " month {first}? The file's dates fit both: declare date_order as 'dmy' or"
        " 'mdy' in the mapping."
    ),
    (
        "Some dates of this file have the day first, others the month: declare"
        " date_order as 'dmy' or 'mdy' in the mapping."
    ),
    "There is no time zone '{zone}'; write it like 'Europe/Warsaw'.",
    (
        "A file of {kind} needs {names}: name the column in the mapping, or give it"
        " as a constant."
    ),
    "The file can't be unpacked ({error}); it is cut short or damaged.",
    "The file's letters are damaged ({error}), or it is cut short.",
    "The file could not be looked at.",
    (
        "The file is no spreadsheet that can be opened ({error}); save it again,"
        " without a password, as .xlsx."
    ),
    (
        "The file is a zip archive, but no .xlsx spreadsheet: unpack it, and import"
        " what is in it."
    ),
    "No row of the sheet names its columns.",
    "The spreadsheet has no cells.",
    "The sheet has more than {most} rows.",
    "The line names nobody: no e-mail, phone, card or number.",
    "The line is empty.",
    "The line has {cells} cells, the header {columns}.",
    "'{text}' is no amount; write it like {example}.",
    "'{text}' is neither yes nor no.",
    "'{text}' is no date; this file's are {form}.",
    "A quotation mark is opened here and never closed.",
)
# People, notes of them, views.
PEOPLE = (
    "{left} and {right} are one person already.",
    "{left} and {right} are told apart already.",
    "Write a note of 1 to {most} characters.",
    "There is no person {id}.",
    "There is a view '{name}' already; give this one another name, or remove that one.",
    "A view has a name, of {most} letters at most.",
    "A view keeps a search, a segment, or both; this one has neither.",
    "You keep {most} views, which is all one can; remove one that you use no more.",
    "There is no view '{id}'.",
)
# Sources.
SOURCES = (
    "There is no source '{name}'.",
    "There is a source '{name}' already; choose another name, or give it a new key.",
    (
        "'{name}' can't name a source; use small letters, digits, - _ and ., up to 64"
        " of them, and no reserved name."
    ),
)
# What a sentence is told in: another stands in it.
FRAMES = (
    "The condition can't be used. As a whole: {reason}",
    "The condition can't be used. At {place}: {reason}",
    "{reason} There are {count} such places.",
)
REFUSALS = (*SEGMENTS, *APPROVALS, *TEAM, *IMPORTS, *PEOPLE, *SOURCES, *FRAMES)
