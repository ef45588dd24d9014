"""People, notes of them, views, duplicates, and items to mend."""

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
    "It is stored, but not yet applied; look again in a moment.",
    "The judgement was not stored.",
    "The note was not stored.",
    "A search has {most} letters at most.",
    (
        "The view '{name}' is kept by {owner}, who alone changes it, or an"
        " administrator; keep one of your own."
    ),
    "{left} and {right} are one person; part them on their card.",
    "{left} and {right} are no two people any more.",
    "There is no command '{id}'.",
    "Source '{source}' told nothing under '{id}'.",
    (
        "'{id}' of '{source}' is not what joins person {person}; the person's"
        " 'joined' lists what does."
    ),
    "'{text}' is never an identifier.",
    "Person {person} can't be merged with itself.",
    (
        "Person {person} is {what}: there is no account or address to merge by. Send"
        " an event that names one together with it."
    ),
    "{name} is not an identifier of this person; read the person again.",
    "Say which identifiers are to be parted.",
    "Nothing would stay; leave one identifier or more.",
    (
        "Persons {left} and {right} were never known at one time; send an event that"
        " names identifiers of both."
    ),
    (
        "Persons {left} and {right} have nothing by which they could be told apart:"
        " one of them is an unknown visitor or an address that nobody owns."
    ),
    "There is no quarantined item {id}.",
    "Source '{name}' is gone; set it up again to replay its items.",
    (
        "Duplicates could not be looked for: the process ended early, as one does"
        " that finds no memory."
    ),
)
