"""Weight files of networks: names, dtypes and shapes of their tensors, from the headers alone; one tensor's numbers.

>>> from convcli.files.weights import is_weight_file, read_model
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli import lazy

if TYPE_CHECKING:
    from convcli.files.weights.reading import Model as Model
    from convcli.files.weights.reading import is_weight_file as is_weight_file
    from convcli.files.weights.reading import read_model as read_model
    from convcli.files.weights.reading import read_tensors as read_tensors
    from convcli.files.weights.tensor import Tensor as Tensor
    from convcli.files.weights.weight_formats import weight_suffixes as weight_suffixes

__getattr__, __dir__ = lazy.handing_out(
    __name__,
    {
        "convcli.files.weights.reading": ("Model", "is_weight_file", "read_model", "read_tensors"),
        "convcli.files.weights.tensor": ("Tensor",),
        "convcli.files.weights.weight_formats": ("weight_suffixes",),
    },
)
