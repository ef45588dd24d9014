"""Sources, what their deliveries become, and their plans."""

SOURCES = (
    "There is no source '{name}'.",
    "There is a source '{name}' already; choose another name, or give it a new key.",
    (
        "'{name}' can't name a source; use small letters, digits, - _ and ., up to 64"
        " of them, and no reserved name."
    ),
    "There is no key '{id}'.",
    "Source '{name}' has no key '{id}'.",
    "A source is public or server; '{kind}' is a class of writers.",
    "Only a public source has visitors to give a cookie to.",
    "Only a public source has a mode; a server is believed.",
    "The source '{name}' takes no webhooks.",
    "'{name}' is public; webhooks are a server's word, so they need a server source.",
    "That is more than a webhook's definition may hold.",
    "'{text}' is no currency; write its three letters, such as PLN.",
    "At most {most} secrets hold at a time: the new one, and the one before it.",
    (
        "A secret has from 6 to {most} plain letters; take a long one that nobody can"
        " guess."
    ),
    (
        "No webhook provider is called '{name}'; there are {names}. Another one is a"
        " file in {folder}/ of the data folder."
    ),
    "'{one}' and '{other}' are both chosen as the time; choose one.",
    "Say what the event is called, such as Call Started.",
    (
        "'{name}' holds the lines of an order; give the other property of that name"
        " another one."
    ),
    "The fields of a line have to be of one list; chosen are fields of {lists}.",
    (
        "'{path}' is in no list of lines; only a place like lines[].sku can be a"
        " field of a line."
    ),
    "Give '{path}' a name of 1 to {most} letters, for it is chosen as a {use}.",
    (
        "The webhook file '{name}' says nothing of how deliveries are signed; add"
        " [[signatures]]."
    ),
    "The webhook file '{name}' can't be read: {error}.",
    "'{name}' has over {most} [[events]].",
    "'{name}' is over {most} characters.",
    "{where} in '{name}' need a name: event = \"...\".",
    "'{name}' uses the shape '{used}', but tells of none such.",
    'A signature needs a place: at = ["header:NAME"].',
    "{where} is nested too deep.",
    "{where} is {told}; write a path, a list of paths, or a table such as {table}.",
    "{where} can't be read: {error}.",
    "'{text}' is no place; write header:NAME, query:NAME or body:PATH.",
    "'{text}' is no path; write it like customer.email, lines[0].sku or lines[].sku.",
    "The plan names {count} events; {most} is the most.",
    "The schema at {place} is over {most} bytes.",
    "{place} is no JSON Schema: {why}.",
)
