"""Concepts in deep learning as reference code: NumPy only, one screen a concept."""

from dlref.gradients import directional_derivative, gradcheck, numerical_gradient

__all__ = [  # noqa: RUF022 - by module, in the order of the imports
    "directional_derivative",
    "gradcheck",
    "numerical_gradient",
]
