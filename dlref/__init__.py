"""Concepts in deep learning as reference code: NumPy only, one screen a concept.

Each module says in ``__all__`` which of its names are public; all of these are names of ``dlref``.
"""

# ruff: noqa: F403 - what a star brings is what the module's __all__ says

from dlref import (
    activations,
    attend,
    autodiff,
    classification,
    convolution,
    datasets,
    depth,
    forward,
    functional,
    gradients,
    information,
    init,
    latent,
    losses,
    modules,
    normalization,
    optim,
    positions,
    precision,
    recurrent,
    regression,
    regularize,
    selection,
    updates,
    variational,
)
from dlref.activations import *
from dlref.attend import *
from dlref.autodiff import *
from dlref.classification import *
from dlref.convolution import *
from dlref.datasets import *
from dlref.depth import *
from dlref.forward import *
from dlref.functional import *
from dlref.gradients import *
from dlref.information import *
from dlref.init import *
from dlref.latent import *
from dlref.losses import *
from dlref.modules import *
from dlref.normalization import *
from dlref.optim import *
from dlref.positions import *
from dlref.precision import *
from dlref.recurrent import *
from dlref.regression import *
from dlref.regularize import *
from dlref.selection import *
from dlref.updates import *
from dlref.variational import *

# In the order of the concepts, as on the book's page of the API.
__all__: list[str] = []
__all__ += gradients.__all__
__all__ += regression.__all__
__all__ += losses.__all__
__all__ += datasets.__all__
__all__ += optim.__all__
__all__ += modules.__all__
__all__ += classification.__all__
__all__ += activations.__all__
__all__ += functional.__all__
__all__ += selection.__all__
__all__ += regularize.__all__
__all__ += updates.__all__
__all__ += depth.__all__
__all__ += precision.__all__
__all__ += init.__all__
__all__ += normalization.__all__
__all__ += convolution.__all__
__all__ += recurrent.__all__
__all__ += attend.__all__
__all__ += positions.__all__
__all__ += information.__all__
__all__ += latent.__all__
__all__ += variational.__all__
__all__ += autodiff.__all__
__all__ += forward.__all__
