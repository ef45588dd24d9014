"""Who may do what: sources and their keys, signed tokens, operators, permissions."""
