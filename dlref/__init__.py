"""Concepts in deep learning as reference code: NumPy only, one screen a concept."""
