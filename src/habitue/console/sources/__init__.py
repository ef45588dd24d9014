"""Where events come from: set up, keys, what their clients need."""
