"""Key figures of a shop, and of each that is of people who they are."""
