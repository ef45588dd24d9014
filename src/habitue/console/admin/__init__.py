"""Team members, the audit, settings, health."""
