"""Files, and what stands in their lines."""

FILES = (
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
    "This can't be chosen: {error}",
    "The key of the import was revoked as it was made.",
    "This import is {status} already.",
    "The file's first line must name its columns. {error}",
    "The mapping names the column '{header}'; the file has {headers}.",
    (
        "The mapping gives '{header}' the field '{name}'; such a file has the fields"
        " {fields}."
    ),
    "The mapping names the field '{name}'; such a file has the fields {fields}.",
    "The mapping's constant '{name}' can't be used: {why}",
    "Line {line} is longer than {most} characters.",
    "Nothing came of the file for {seconds} s, so reading it was stopped.",
    "Reading the file took more than {seconds} s of computing.",
    (
        "The process that read the file was ended ({name}), perhaps for want of"
        " memory. Import the file again, or split it."
    ),
    (
        "The process that read the file broke off (code {code}). This is a fault of"
        " Habitué's: please report it."
    ),
    "The file '{name}' is empty.",
    "The file is {told}.",
    (
        "Unpacked, the file is far larger than such files are; unpack it yourself and"
        " look at it before importing it."
    ),
    (
        "The file has {size} bytes; the limit is {most}. Split it, or raise the limit"
        " in the settings."
    ),
    "The sheet has {count} columns; the limit is {most}.",
    "There is no sheet '{name}'; there are {names}.",
    "A cell is longer than {most} characters.",
    (
        "The spreadsheet can't be read ({error}); save it again as .xlsx, without a"
        " password."
    ),
    "The spreadsheet has too many parts, or one of them twice.",
    "Unpacked, the spreadsheet would have {size} bytes, far more than such files have.",
    "A part of the spreadsheet is larger than it says.",
    (
        "The sheet's {cells} cells stand {rows} rows and {columns} columns apart:"
        " copy the table alone into a new sheet."
    ),
    "The sheet's cells repeat far more text than tables do.",
    "A cell of the sheet has a name that no cell has.",
    "The file is no readable Parquet: {error}",
    "The file is damaged: {error}",
    "Two columns of the file have one name: rename one.",
    "Column '{name}' holds lists or records, not plain cells.",
    "The file has {rows} rows in {bytes} bytes; the limit is {most} rows.",
    "Unpacked, the file would have {size} bytes, far more than such files have.",
)
