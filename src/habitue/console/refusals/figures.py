"""Reports, experiments, tests by region, scores, channels and their costs."""

FIGURES = (
    "'{text}' is no day; write it as 2026-03-01.",
    (
        "The analytic copy is being made from the log: it has {count} of {all} records."
        " Ask again later."
    ),
    (
        "More people change just now than can be read, so nobody can be told how they"
        " all stand. Ask again in a moment."
    ),
    "'{text}' is no moment; write it as 2026-03-01T00:00:00Z.",
    "A report is of 1 to {most} days; this one is of {days}.",
    "The report would be made of more than {most} rows; ask for fewer days.",
    (
        "The report could not be made: its process ended early, as one does that"
        " finds no memory. Ask for fewer days."
    ),
    "Key figures are of 1 to {most} days; these are of {count}.",
    "Who buys 2 to {most} times may be called loyal.",
    "Name 1 to {most} steps, with commas between.",
    (
        "'{name}' is no property to tell ways apart by: write its letters, figures"
        " and _, 60 at most."
    ),
    (
        "A purchase has no properties that are the same as an event's: name events"
        " alone as steps."
    ),
    "A test is of 1 to {most} regions.",
    "Name 1 to {most} lengths, each of 1 to {days} days.",
    (
        "No experiment of these days has an arm called '{name}': what channels brought"
        " is not known. To find out, keep a control group, chosen by chance, from a"
        " channel, and tell its assignment as 'Experiment Viewed' with experiment_id,"
        " variation and channel."
    ),
    "A lift is a share above 0, such as 0.05 for 5 %.",
    "A test is by region or by store.",
    "alpha lies between 0 and 1.",
    "A test looks at 1 to {most} days; these are {count}.",
    "Name the regions in which it was done.",
    "Tell the first day of what was done in these regions, too (start).",
    (
        "'{name}' is told as a region of the action and as a neighbour of it; it is"
        " one of them."
    ),
    "An action is of 1 to {most} days, before the end.",
    (
        "Nothing was sold in '{name}' in these days, or it is no region; there are"
        " {names}."
    ),
    "{count} regions sell on most days; choose so many or fewer of them.",
    (
        "A test by region needs {least} other regions and {days} days before it at"
        " least; there are {others} and {before}."
    ),
    "So many paths are told: 1 to {most}.",
    "The order of a Markov chain is 1 to {most}.",
    (
        "These paths have {states} states of {order} channels; at most {most} are"
        " solved. Ask for a lower order, or fewer channels."
    ),
    "It is looked for within 1 to {most} days.",
    "It is waited for 1 to {most} days.",
    "From {one} to {other} nothing is handed over: name two sides.",
    (
        "Tell either the rate that is to rise, or the deviation of what people spend;"
        " not both."
    ),
    (
        "A rate of {rate} that changes by {lift} can't be planned for; both rates lie"
        " between 0 and 1, and differ."
    ),
    "A deviation above 0 and a lift other than 0 are needed.",
    "An experiment has 2 to {most} arms, with the control.",
    "Two people an arm and a deviation above 0 are needed.",
    (
        "A change of {lift} takes more than {people} people an arm to be seen; plan"
        " for a larger one."
    ),
    "alpha and power lie between {least} and 1 - {least}.",
    (
        "A power of {power} is had by chance with an alpha of {alpha}; ask for more"
        " than half of alpha."
    ),
    "'{text}' tells no share of an arm; write control:0.1,led:0.9.",
    "The arm '{name}' is told twice.",
    "Tell the shares of all arms, 2 to {most} of them.",
    "'{text}' is no share; it is a number above 0.",
    (
        "People are in the arm '{name}', of which no share is told; tell the shares"
        " of all arms."
    ),
    "No condition says whom this number counts, only a list.",
    "Nobody has bought yet, so there is nothing to part.",
    "from is not before to; there is no time in between.",
    "These are no rules of scores: {error}.",
    "currency is '{text}'; name it by three letters, as in EUR.",
    "{name} has {count} cuts; scores of 1 to 5 need {needed}.",
    "{name} has cuts that do not rise.",
    "{name} is {value}; it has to be from 1 to {most}.",
    "stage.lapsed_rhythms is below stage.fading_rhythms; one lapses later.",
    (
        "More than {most} page views and orders lie in these days; ask for fewer, or"
        " set channels.report_facts_max."
    ),
    "There would be {count} costs of single touchpoints; {most} is the most.",
    (
        "Costs of {month} would be {count} rows; {most} is the most. Sum them up by"
        " channel."
    ),
    "Row {row}: '{cost}' is no cost; write it as 12.50, not below 0.",
    "There is no column '{name}'; the first line has to name {names}.",
    (
        "Line {line}: a cost is per '{unit}', or of the day where nothing is said;"
        " here is '{per}'."
    ),
    "Line {line}: '{text}' is no cost.",
    "There have to be 1 to {most} rules; these are {count}.",
    "Rule {at}: '{name}' is no condition; there are {known}.",
    (
        "Rule {at}, 'channel': a name of small letters, digits and _ is needed, such"
        " as paid_search; here it is {told}."
    ),
    (
        "Rule {at} ({channel}) names no condition; one that holds for all who come"
        ' from elsewhere is "referrer": ["*"].'
    ),
    "{where}: a list of at most {most} texts is needed.",
    "{where}: each value is a text of 1 to {most} letters; here is {told}.",
    (
        "{where}: in '{text}' a * stands in the middle; it may stand at the beginning"
        " and at the end."
    ),
    "{where}: a path begins with /; '{text}' does not.",
    "There is no digest '{name}.{form}'.",
    (
        "A test's name begins with a small letter or a figure; small letters, figures,"
        " -, _ and points follow, 64 of them at most."
    ),
    (
        "It ends on a day from {first} through {last}, which is what was planned; not"
        " on {day}."
    ),
    "The test '{name}' begins on {day}; it can be read once its first day is over.",
    "The test '{name}' has ended already.",
    (
        "The test '{name}' is kept already, and does not change; end it, and keep"
        " another one under another name."
    ),
    "The test '{name}' was withdrawn: nothing was done.",
    "There is no test by region '{name}'.",
    "{count} tests by region are kept, which is all that can be.",
    "'{name}' is nothing that a plan is read from; name rate or money.",
    (
        "A rate or a deviation is told, or read from the shop's own history (baseline);"
        " not both."
    ),
    "Tell of which days (from, to) the shop's own history is read.",
    (
        "{count} people came in these days early enough for {days} days after it to be"
        " over; to plan by what they did takes {least} at least. Name more days."
    ),
)
