"""The tensors of a weight file as constants of a network: shapes and dtypes now, the numbers when they are used."""

from __future__ import annotations

import functools

from convcli.core.forward.graph import Constant
from convcli.files.weights.reading import Model
from convcli.files.weights.safetensors import READ


def constants_of(model: Model) -> dict[str, Constant]:
    """By their names, in the files' order.  Numbers of a type that is not read are refused when they are."""
    return {
        tensor.name: Constant(tensor.shape, _dtype(tensor.dtype), functools.partial(model.array, tensor.name))
        for tensor in model.tensors
    }


def _dtype(written: str) -> str:
    """NumPy's name of what a file's header says: "F32" and "<f4" are float32."""
    import numpy as np

    if written == "BF16":  # which is read as
        return "float32"
    known = READ.get(written, written)
    try:
        return np.dtype(known).name
    except TypeError:  # refused by name when it is read
        return written
