"""A tree to numbers: what the names of a page are worth on one random draw."""
