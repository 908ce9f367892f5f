"""Concepts in deep learning as reference code: NumPy only, one screen a concept."""

from dlref.datasets import Digits, Houses, load_digits, load_houses, standardize
from dlref.gradients import directional_derivative, gradcheck, numerical_gradient
from dlref.init import kaiming_normal, kaiming_variance, normal, xavier_normal, xavier_variance
from dlref.linear import (
    add_bias_column,
    least_squares,
    normal_equations,
    predict,
    squared_loss,
    training_loss,
    training_loss_gradient,
)
from dlref.precision import (
    BFLOAT16,
    FLOAT16,
    DynamicLossScale,
    FloatFormat,
    float_format,
    through_float16,
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
    "BFLOAT16",
    "FLOAT16",
    "Digits",
    "DynamicLossScale",
    "FloatFormat",
    "Houses",
    "add_bias_column",
    "constrained_least_squares",
    "cross_validate",
    "directional_derivative",
    "equivalent_penalty",
    "float_format",
    "gradcheck",
    "kaiming_normal",
    "kaiming_variance",
    "kfold",
    "least_squares",
    "load_digits",
    "load_houses",
    "normal",
    "normal_equations",
    "numerical_gradient",
    "penalized_loss",
    "predict",
    "project_l2_ball",
    "ridge",
    "squared_loss",
    "standardize",
    "through_float16",
    "train_validation_test_split",
    "training_error",
    "training_loss",
    "training_loss_gradient",
    "weight_decay_step",
    "xavier_normal",
    "xavier_variance",
]
