"""What runs in Python in the reader's browser; it knows NumPy, ``dlref`` and ``eqcheck`` only."""
