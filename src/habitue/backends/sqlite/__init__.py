"""SQLite: everything in the data folder of one process."""
