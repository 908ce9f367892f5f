"""Derivatives of analytic functions by a complex step: nothing cancels, all digits are right."""

import numpy as np


def complex_step(f, x):
    """Return the Jacobian of an analytic f, axes of the output first, to machine precision."""
    columns = []
    for index in np.ndindex(x.shape):
        z = x.astype(complex)
        z[index] += 1e-30j
        columns.append(np.imag(f(z)) / 1e-30)
    return np.stack(columns, axis=-1).reshape(*np.shape(columns[0]), *x.shape)
