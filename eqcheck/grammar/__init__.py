"""LaTeX to a tree: what is written, and what has two readings is refused."""
