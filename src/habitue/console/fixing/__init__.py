"""What needs fixing: why, mended by hand, tried again."""
