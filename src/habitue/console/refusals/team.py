"""Getting in, who works here, and taking people out."""

TEAM = (
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
    (
        "A scope names {most} stores and {most} regions at most, each in {letters}"
        " letters; name regions in place of many stores."
    ),
    "'{role}' is no role of people; there are {roles}.",
    "Your role does not see segments; search by a text alone, or ask an administrator.",
    "'{value}' is no {told}; it must be {wrong}.",
    "Say what the bait is for, in {least} to {most} letters.",
    (
        "There are {most} baits, which is all there can be; remove one that nobody came"
        " upon."
    ),
    "Person {person} is bait already.",
    "Person {person} is no bait.",
    (
        "Name a person by their number, or invent one: a name, an address and the"
        " source it comes from."
    ),
    "Who is invented has a name, and a source to come from.",
    "'{value}' names nobody; take another one.",
    "'{value}' is a customer's; who is invented has one that is nobody's.",
    (
        "What source '{name}' would say of them can't be taken; see what needs fixing,"
        " and take another name or address."
    ),
)
