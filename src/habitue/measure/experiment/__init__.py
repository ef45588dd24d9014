"""What an experiment showed: of arms assigned by chance, by their counts and sums."""
