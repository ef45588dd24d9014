"""The page: what comes in, who it is, and why, to read only."""
