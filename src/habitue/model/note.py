"""What a note of the staff is called in the log."""

NOTE = "Note Added"
# The property that holds what was noted.
TEXT = "note"
NOTE_CHARS_MAX = 1_000
