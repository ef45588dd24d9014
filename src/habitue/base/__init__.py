"""What every part may use: clock, ids, money, errors, settings."""
