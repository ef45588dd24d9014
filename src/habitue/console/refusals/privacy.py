"""Being forgotten, how long text is kept, and a disk that is full."""

PRIVACY = (
    "The tables are being rewritten already.",
    (
        "The role '{role}' can't rewrite tables that it does not own. Stop the servers,"
        " and run as their owner: habitue privacy scrub --database"
        " postgresql://OWNER@HOST/NAME"
    ),
    "State is too far behind the log; try again when it has caught up.",
    "State is too far behind the log; it is gone on later.",
    (
        "Somebody reads state.db, so its write-ahead log still holds what is to be"
        " erased. End other programs that read it; the erasure goes on at the next"
        " start."
    ),
    (
        "Somebody reads truth.db, so its write-ahead log still holds what was erased."
        " End other programs that read it, and erase again."
    ),
    "Nobody of that name is known here.",
    (
        "The files of watched folders could not be looked through, so nothing was"
        " erased. Move what lies in their folders done and failed away, and erase"
        " again."
    ),
    "No request {id} waits for an answer.",
    (
        "The reason names the person, and would keep what is to be erased. Name a"
        " ticket instead."
    ),
    "No erasure '{id}' suppresses anybody.",
    "A class is kept for 1 to {most} days.",
    "A class names events or types of events; this one none.",
    "A class names at most {most} events.",
    (
        "'{name}' does not expire: totals, consents or the catalogue are made of what"
        " it tells. Erase a person to have theirs go."
    ),
    "There is no class '{name}'.",
    "The disk is full, so nothing was written; make room, and it goes on by itself.",
)
