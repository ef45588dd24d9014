"""The running process itself: room on the disk, logs, metrics, addresses."""
