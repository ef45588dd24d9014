"""Mutants: each a break of one guarantee, made on purpose, that a test has to find."""
