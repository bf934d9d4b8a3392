"""Weight files of networks: names, dtypes and shapes of their tensors, from the headers alone.

>>> from convcli.files.weights import is_weight_file, read_tensors
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli import lazy

if TYPE_CHECKING:
    from convcli.files.weights.reading import is_weight_file as is_weight_file
    from convcli.files.weights.reading import read_tensors as read_tensors
    from convcli.files.weights.tensor import Tensor as Tensor

__getattr__, __dir__ = lazy.handing_out(
    __name__,
    {
        "convcli.files.weights.reading": ("is_weight_file", "read_tensors"),
        "convcli.files.weights.tensor": ("Tensor",),
    },
)
