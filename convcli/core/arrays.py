"""The array types that signatures speak of, once for all rooms."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
Weights = NDArray[np.float64]
Index = NDArray[np.intp]
Mask = NDArray[np.bool_]
