"""The nouns, a file a noun: reading them is learning the product."""
