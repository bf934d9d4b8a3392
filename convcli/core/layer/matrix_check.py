"""What a layer's matrix has to agree with: the closed forms, and the response itself."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.core.correlation.correlate import prepare
from convcli.core.layer.matrix import LayerMatrix, axis_sources
from convcli.core.layer.reach import taps_reaching
from convcli.core.problem.options import Options, Window
from convcli.core.quantities import plain
from convcli.errors import GeometryError

LARGEST = 1e300  # sums beyond might overflow on the way


class Count(NamedTuple):
    """A number counted in the matrix beside its closed form.

    Attributes:
        rule: the closed form in symbols.
    """

    name: str
    counted: int
    expected: int
    rule: str

    @property
    def holds(self) -> bool:
        return self.counted == self.expected


class Agreement(NamedTuple):
    """How far matrix @ picture is from the response of `apply`."""

    max_error: float
    tolerance: float

    @property
    def holds(self) -> bool:
        return self.max_error <= self.tolerance


def counts(matrix: LayerMatrix) -> list[Count]:
    """Entries, connected entries and distinct weights, each beside its closed form."""
    rows, columns = matrix.shape
    fc = matrix.layer.cost("fc")
    return [
        Count("entries", rows * columns, fc.connections, "m × n"),
        Count("connected", matrix.connected(), *_connected(matrix)),
        Count("distinct weights", matrix.distinct(), *_distinct(matrix)),
    ]


def _connected(matrix: LayerMatrix) -> tuple[int, str]:
    layer = matrix.layer
    if matrix.kind == "fc":
        return layer.cost("fc").connections, "m × n"
    inside, joined = layer.connections_inside(), layer.cost("shared").connections
    if matrix.border.fills and inside is not None:
        return inside, "k × n" if inside == joined else "k × n less what reaches into the padding"
    # A border made of pixels folds taps onto one input; rows and columns fold independently.
    rows, columns = (sum(len(set(sources)) for sources in axis.tolist()) for axis in axis_sources(layer, matrix.border))
    found = rows * columns * layer.shape[2] * layer.filters
    return found, "k × n" if found == joined else "k × n less what the border folds onto one input"


def _distinct(matrix: LayerMatrix) -> tuple[int, str]:
    layer = matrix.layer
    weights = layer.cost(matrix.kind).weights
    symbols = {"fc": "m × n", "sparse": "k × n", "shared": "k × filters"}[matrix.kind]
    if matrix.kind == "fc" or not matrix.border.fills:
        return weights, symbols
    reaching = (layer.connections_inside() or 0) if matrix.kind == "sparse" else _taps(matrix)
    return reaching, symbols if reaching == weights else f"{symbols} = {weights:,} less those that only meet padding"


def _taps(matrix: LayerMatrix) -> int:
    layer = matrix.layer
    kernel, grid, before = layer.kernel or (0, 0), layer.grid or (0, 0), (layer.padding.top, layer.padding.left)
    rows, columns = (
        taps_reaching(n, kernel[axis], grid[axis], before[axis], layer.stride[axis], layer.dilation[axis])
        for axis, n in enumerate(layer.shape[:2])
    )
    return rows * columns * layer.shape[2] * layer.filters


def agreement(matrix: LayerMatrix, picture: NDArray[np.generic]) -> Agreement:
    """Compare matrix @ picture + offset with the response of `correlate`.

    Args:
        picture: (rows, columns, channels) of the matrix's layer.

    Returns:
        The largest difference, and what rounding allows: 0 for whole numbers.

    Raises:
        GeometryError: numbers so large that their sums could overflow.
    """
    layer, magnitude = matrix.layer, _magnitude(matrix, picture)
    kernels = np.moveaxis(matrix.weights, -1, 1)  # (F, C, h, w)
    window = Window(matrix.border, padding=layer.padding, stride=layer.stride, dilation=layer.dilation)
    response = prepare(picture, kernels, Options(window, precision="float64")).response().reshape(matrix.outputs)
    error = float(np.abs(matrix.times(picture) - response).max())
    whole = bool((matrix.weights == np.rint(matrix.weights)).all()) and picture.dtype.kind in "iu"
    whole = whole and float(matrix.border.fill).is_integer()
    rounding = 4 * layer.window * np.finfo(np.float64).eps * magnitude
    return Agreement(error, 0.0 if whole and magnitude < 2**53 else float(rounding))


def _magnitude(matrix: LayerMatrix, picture: NDArray[np.generic]) -> float:
    """The largest sum of magnitudes behind one output."""
    largest = max(float(np.abs(picture.astype(np.float64)).max()), abs(matrix.border.fill))
    magnitude = float(np.abs(matrix.weights).sum(axis=(1, 2, 3)).max()) * largest
    if not magnitude < LARGEST:
        raise GeometryError(
            f"weights and border are too large: sums of 0..255 times them must stay below {plain(LARGEST)}"
        )
    return magnitude


def probe_picture(shape: tuple[int, int, int], seed: int = 0) -> NDArray[np.uint8]:
    """A picture of noise, 0..255: no symmetry that could hide a wrong flip."""
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
