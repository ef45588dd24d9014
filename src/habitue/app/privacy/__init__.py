"""What erasing and handing over need of the running process."""
