"""What people may ask for: all that is kept of them, and to be forgotten; retention."""
