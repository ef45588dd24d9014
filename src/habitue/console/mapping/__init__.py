"""The screens over what a source's deliveries become: chosen, tried, kept."""
