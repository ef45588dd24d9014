"""What is happening now, as it comes in."""
