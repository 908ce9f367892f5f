"""Concepts in deep learning as reference code: NumPy only, one screen a concept."""

from dlref.datasets import Digits, Houses, load_digits, load_houses, standardize
from dlref.gradients import directional_derivative, gradcheck, numerical_gradient
from dlref.linear import (
    add_bias_column,
    least_squares,
    normal_equations,
    predict,
    squared_loss,
    training_loss,
    training_loss_gradient,
)

__all__ = [
    "Digits",
    "Houses",
    "add_bias_column",
    "directional_derivative",
    "gradcheck",
    "least_squares",
    "load_digits",
    "load_houses",
    "normal_equations",
    "numerical_gradient",
    "predict",
    "squared_loss",
    "standardize",
    "training_loss",
    "training_loss_gradient",
]
