"""What a morning asks: does all come in, what was sold, who is missing."""
