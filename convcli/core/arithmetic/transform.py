"""Two-dimensional transforms of real tiles, into memory that is kept, in float32 or float64."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from convcli.core.arrays import Array

KEEPS_FLOAT32 = np.lib.NumpyVersion(np.__version__) >= "2.0.0"  # earlier transforms are float64 and have no `out`


class Transform:
    """The real transform of planes of one shape and dtype, and back.

    Attributes:
        complex_dtype: of the transform, (rows, columns // 2 + 1).
        gain: what there and back together divide by.
    """

    def __init__(self, shape: tuple[int, int], dtype: np.dtype[Any]) -> None:
        self.shape = shape
        self.complex_dtype = np.dtype(np.complex64 if dtype == np.float32 else np.complex128)
        # NumPy transforms float32 in float64 unless it is scaled on the way: twice the time, and then rounded.
        self._norm: Literal["forward", "backward"] = "forward" if dtype == np.float32 else "backward"
        self.gain = float(shape[0] * shape[1]) if dtype == np.float32 else 1.0

    def forward(self, plane: Array, out: Array) -> None:
        """out = the transform of the plane."""
        if not KEEPS_FLOAT32:
            out[...] = np.fft.rfft2(plane)
            return
        np.fft.rfft(plane, axis=1, norm=self._norm, out=out)
        np.fft.fft(out, axis=0, norm=self._norm, out=out)

    def back(self, transform: Array, out: Array) -> Array:
        """The plane of a transform, which may be overwritten; in `out` where NumPy can."""
        if not KEEPS_FLOAT32:
            return np.asarray(np.fft.irfft2(transform, s=self.shape))
        np.fft.ifft(transform, axis=0, out=transform)
        return np.asarray(np.fft.irfft(transform, n=self.shape[1], axis=1, out=out))
