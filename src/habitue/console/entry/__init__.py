"""Coming in: links, passwords, codes, and going out."""
