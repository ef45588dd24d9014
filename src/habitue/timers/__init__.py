"""What is due when: each timer fires once, in order, at a time of the log."""
