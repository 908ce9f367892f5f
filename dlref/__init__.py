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
from dlref.regularize import (
    constrained_least_squares,
    equivalent_penalty,
    penalized_loss,
    project_l2_ball,
    ridge,
    weight_decay_step,
)
from dlref.selection import (
    cross_validate,
    kfold,
    train_validation_test_split,
    training_error,
)

__all__ = [
    "Digits",
    "Houses",
    "add_bias_column",
    "constrained_least_squares",
    "cross_validate",
    "directional_derivative",
    "equivalent_penalty",
    "gradcheck",
    "kfold",
    "least_squares",
    "load_digits",
    "load_houses",
    "normal_equations",
    "numerical_gradient",
    "penalized_loss",
    "predict",
    "project_l2_ball",
    "ridge",
    "squared_loss",
    "standardize",
    "train_validation_test_split",
    "training_error",
    "training_loss",
    "training_loss_gradient",
    "weight_decay_step",
]
