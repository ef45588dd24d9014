"""Who is meant: the condition language, its one meaning, and being in a segment."""
