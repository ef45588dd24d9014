"""Webhooks: deliveries of other systems, proved and mapped as TOML files say."""
