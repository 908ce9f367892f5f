"""Executable LaTeX: equations run from their own source, with NumPy."""
