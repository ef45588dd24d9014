"""Finding people, and all that is known of one."""
