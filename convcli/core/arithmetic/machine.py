"""Machine: what kind of matrix products this processor and this NumPy's BLAS make.

Told by what NumPy says of its build and of the processor, and by the variable
that names OpenBLAS's kernels: nothing is measured, and nothing is written.
What depends on it is which engine is chosen; results differ within rounding
alone, and whole numbers not at all.
"""

from __future__ import annotations

import functools
import importlib
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np


class Kind(NamedTuple):
    """A kind of machine, as far as products of matrices go.

    Attributes:
        name: as plans and benchmarks print it.
        about: what distinguishes it.
    """

    name: str
    about: str


UNPACKED = Kind("openblas-avx512", "OpenBLAS that multiplies small matrices where they lie")
PACKED = Kind("openblas", "OpenBLAS that packs both operands of every product first (AVX2, Arm)")
OTHER = Kind("other-blas", "another BLAS (Accelerate, MKL, a distribution's own)")
KINDS = (UNPACKED, PACKED, OTHER)

# The cores that OpenBLAS has such kernels for, by its own names; and NumPy's names of the feature that tells them.
SMALL_MATRIX_CORES = ("skylakex", "cooperlake", "sapphirerapids")
FEATURES = ("AVX512VL", "AVX512_SKX")


@functools.cache
def kind() -> Kind:
    """This machine's kind; found once, in some microseconds."""
    return kind_of(_build(), _features(), os.environ.get("OPENBLAS_CORETYPE", ""))


def kind_of(blas: Mapping[str, Any], features: Mapping[str, bool], coretype: str = "") -> Kind:
    """The kind that these facts tell.

    Args:
        blas: what `numpy.show_config` says of the BLAS that NumPy was built with.
        features: what NumPy found of the processor, by name.
        coretype: OPENBLAS_CORETYPE, which has the last word on OpenBLAS's kernels; or nothing.

    >>> kind_of({"name": "accelerate"}, {}).name
    'other-blas'
    >>> kind_of({"name": "scipy-openblas"}, {"AVX512VL": True}, "Haswell").name
    'openblas'
    """
    if "openblas" not in str(blas.get("name", "")).lower():
        return OTHER
    if coretype:
        return UNPACKED if coretype.lower() in SMALL_MATRIX_CORES else PACKED
    return UNPACKED if any(features.get(name, False) for name in FEATURES) else PACKED


def _build() -> Mapping[str, Any]:
    """NumPy's BLAS, from the configuration that it was built with."""
    built: Any = np.show_config("dicts")
    blas: Mapping[str, Any] = (built or {}).get("Build Dependencies", {}).get("blas", {})
    return blas


def _features() -> Mapping[str, bool]:
    """The processor's features; NumPy 2 moved them, and hands them out nowhere else."""
    core = "numpy._core" if np.lib.NumpyVersion(np.__version__) >= "2.0.0" else "numpy.core"
    features: Mapping[str, bool] = getattr(importlib.import_module(f"{core}._multiarray_umath"), "__cpu_features__", {})
    return features
