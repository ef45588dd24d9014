"""The screens over channels: what they brought, their rules, what they cost."""
