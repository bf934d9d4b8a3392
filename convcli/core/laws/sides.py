"""The two routes to each side of a law: the correlation on trial, and the defining sums."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from convcli.core.arrays import Array, Weights
from convcli.core.border import Border
from convcli.core.geometry import Pair
from convcli.core.kernel.kernel import Kernel
from convcli.core.laws.defining_sum import fold, product, stamp, surround, sweep
from convcli.core.problem.problem import FLOAT32_EXACT, FLOAT64_EXACT

LEFT, RIGHT = 2, -3  # linearity: 2x - 3y
INT64_SAFE = 2**62  # magnitudes are floats, and round
SEED = 20  # of the y that the adjoint is tried with


class Correlate(Protocol):
    """What can be put on trial: it takes what `core.correlation.correlate` takes, or this much of it."""

    def __call__(
        self,
        picture: Array,
        kernel: Kernel,
        /,
        *,
        border: str | Border,
        size: str,
        precision: str,
        engine: str | None,
    ) -> Array: ...


class Sides(NamedTuple):
    """Both sides of a law, and what rounding allows between them.

    Attributes:
        left, right: what should be equal.
        magnitude: see `Check`.
        terms: numbers added up for one output, both routes together.
        whole: every number on the way is a whole number that is held exactly.
        bound: an error that a route is proved to stay within, where it is not terms * eps * magnitude.
    """

    left: Array
    right: Array
    magnitude: float
    terms: int
    whole: bool
    bound: float = 0.0


@dataclass(frozen=True, eq=False)
class Bench:
    """One plane, two kernels and a border, with the correlation that is on trial.

    For a kernel with weights per channel the plane is (H, W, C), and both routes add the channels: the one as the
    package does, the other sum by sum, channel after channel.
    """

    plane: Array
    kernel: Kernel
    second: Kernel
    border: Border
    correlate: Correlate

    def correlated(
        self, plane: Array, kernel: Kernel, rule: str | Border, *, size: str = "same", engine: str | None = None
    ) -> Array:
        """The correlation on trial: exact for whole numbers, else in float64."""
        exact = plane.dtype.kind in "iu" and kernel.is_integer
        precision = "auto" if exact else "float64"
        return self.correlate(plane, kernel, border=rule, size=size, precision=precision, engine=engine)

    def convolved(self, plane: Array, kernel: Kernel, rule: Border) -> Array:
        """Convolution as the package has it: correlation with the kernel flipped in both axes."""
        return self.correlated(plane, kernel.flipped(), rule)

    def convolved_in_full(self, plane: Array, kernel: Kernel, *, engine: str | None = None) -> Array:
        """As `convolved`, with every product: size "full", zeros beyond the edge."""
        return self.correlated(plane, kernel.flipped(), "zero", size="full", engine=engine)

    def as_stamped(self, kernel: Kernel) -> tuple[Array, Kernel]:
        """The plane and the kernel; where the kernel is the larger of them, in each other's place."""
        if kernel.channels is not None:  # a picture of channels is no kernel: the response would have as many maps
            return self.plane, kernel
        if self.plane.size >= kernel.weights.size or largest(self.plane) >= FLOAT64_EXACT:
            return self.plane, kernel
        whole = self.plane.dtype.kind in "iu" and kernel.is_integer and l1(kernel) < FLOAT64_EXACT
        return kernel.weights.astype(np.int64) if whole else kernel.weights, Kernel("x", self.plane)

    def swept(self, plane: Array, kernel: Kernel, rule: Border) -> Array:
        """Convolution by gathering, size "same"."""
        row, column = _turned(kernel)
        sides = (row, kernel.height - 1 - row, column, kernel.width - 1 - column)
        dtype = _sum_dtype(plane, kernel, rule.fill)
        return added(sweep(surround(one, rule, sides), weights, dtype) for one, weights in by_channel(plane, kernel))

    def stamped(self, sheet: Array, kernel: Kernel) -> Array:
        """Full convolution by scattering."""
        dtype = _sum_dtype(sheet, kernel)
        return added(stamp(one, weights, dtype) for one, weights in by_channel(sheet, kernel))

    def stamped_apart(self, sheet: Array, kernel: Kernel) -> list[Array]:
        """One sheet with the weights of each channel, and nothing added."""
        dtype = _sum_dtype(sheet, kernel)
        return [stamp(sheet, weights, dtype) for weights in _layers(kernel)]

    def magnitude(self, *kernels: Kernel, fill: float = 0.0) -> float:
        """The largest sum of magnitudes that these kernels, one after another, can make of the plane."""
        product = max(largest(self.plane), abs(fill))
        for kernel in kernels:
            product *= l1(kernel)
        return product

    def whole(self, magnitude: float, *kernels: Kernel, fill: float = 0.0) -> bool:
        """Whether all sums are whole numbers that int64 holds, and bounds in floats as well."""
        integers = self.plane.dtype.kind in "iu" and all(kernel.is_integer for kernel in kernels)
        return integers and fill == int(fill) and magnitude < INT64_SAFE


def flip(bench: Bench) -> Sides:
    kernel, fill = bench.kernel, bench.border.fill
    left = bench.swept(bench.plane, kernel, bench.border)
    right = bench.convolved(bench.plane, kernel, bench.border)
    magnitude = bench.magnitude(kernel, fill=fill)
    return Sides(left, right, magnitude, 2 * kernel.weights.size, bench.whole(magnitude, kernel, fill=fill))


def commutativity(bench: Bench) -> Sides:
    kernel = bench.kernel
    left = bench.convolved_in_full(bench.plane, kernel)
    right = bench.stamped(bench.plane, kernel)
    magnitude = bench.magnitude(kernel)
    return Sides(left, right, magnitude, 2 * kernel.weights.size, bench.whole(magnitude, kernel))


def associativity(bench: Bench) -> Sides:
    kernel, second = bench.kernel, bench.second
    left = bench.convolved_in_full(bench.convolved_in_full(bench.plane, kernel), second)
    layers = [stamp(weights, second.weights) for weights in _layers(kernel)]
    both = Kernel("k * g", layers[0] if kernel.channels is None else np.stack(layers))
    magnitude = bench.magnitude(kernel, second)
    terms = 2 * (kernel.weights.size + second.weights.size) + both.weights.size
    return Sides(left, bench.stamped(bench.plane, both), magnitude, terms, bench.whole(magnitude, kernel, second))


def linearity(bench: Bench) -> Sides:
    kernel, rule = bench.kernel, bench.border
    plane = bench.plane.astype(_wide_dtype(bench.plane))
    magnitude = (abs(LEFT) + abs(RIGHT)) * bench.magnitude(kernel)
    whole = bench.whole(magnitude, kernel)
    wide = whole and magnitude >= FLOAT64_EXACT
    right = widened(bench.swept(plane, kernel, rule), wide)
    right *= LEFT
    turned = widened(bench.swept(plane[::-1, ::-1], kernel, rule), wide)
    turned *= RIGHT
    right += turned
    del turned  # as large as the picture in float64
    left = bench.convolved(LEFT * plane + RIGHT * plane[::-1, ::-1], kernel, rule)
    return Sides(left, right, magnitude, 2 * kernel.weights.size + 6, whole)


def convolution_theorem(bench: Bench) -> Sides:
    kernel = bench.kernel
    plane, other = bench.as_stamped(kernel)
    # Not by an engine that may itself use Fourier transforms.
    left = bench.convolved_in_full(plane, other, engine="direct")
    products, bounds = zip(*(product(*pair) for pair in by_channel(bench.plane, kernel)), strict=True)
    right, bound = added(products), sum(bounds)
    magnitude = bench.magnitude(kernel)
    whole = bench.whole(magnitude, kernel) and bound < 0.5 and magnitude < FLOAT64_EXACT
    return Sides(left, np.rint(right, out=right) if whole else right, magnitude, kernel.weights.size, whole, bound)


def adjoint(bench: Bench) -> Sides:
    kernel, rule, shape = bench.kernel, bench.border, bench.plane.shape[:2]
    other = np.random.default_rng(SEED).integers(-3, 4, shape, dtype=np.int8)
    magnitude = bench.magnitude(kernel) * float(np.abs(other).sum(dtype=np.float64))
    whole = bench.whole(magnitude, kernel)
    wide = whole and magnitude >= FLOAT64_EXACT
    left = _inner(bench.correlated(bench.plane, kernel, rule), other, wide)
    sheets = bench.stamped_apart(other, kernel)
    back = (fold(widened(sheet, wide), rule, (shape[0], shape[1]), kernel.origin) for sheet in sheets)
    # NumPy adds pairwise in blocks of 128: log2 of the rest, and 16, are the additions behind one sum.
    terms = 2 * (kernel.weights.size + 16 * len(sheets) + int(np.log2(other.size)))
    given = bench.plane.reshape(*shape, -1)
    right = added(_inner(given[:, :, c], sheet, wide) for c, sheet in enumerate(back))
    return Sides(left, right, magnitude, terms, whole)


def by_channel(plane: Array, kernel: Kernel) -> list[tuple[Array, Weights]]:
    """Each plane with its weights: one, or of a kernel with weights per channel C of them."""
    if kernel.channels is None:
        return [(plane, kernel.weights)]
    return [(np.ascontiguousarray(plane[:, :, c]), weights) for c, weights in enumerate(kernel.weights)]


def _layers(kernel: Kernel) -> list[Weights]:
    return [kernel.weights] if kernel.channels is None else list(kernel.weights)


def added(parts: Iterable[Array]) -> Array:
    """The sum over channels; what is one plane stays as it is."""
    first, *others = parts
    for part in others:
        first = first + part
    return first


def _turned(kernel: Kernel) -> Pair:
    """What a convolution reads before an output: h - 1 - r rows for an anchor in row r, h // 2 without one."""
    if kernel.anchor is None:
        return kernel.height // 2, kernel.width // 2
    return kernel.height - 1 - kernel.anchor[0], kernel.width - 1 - kernel.anchor[1]


def _inner(one: Array, other: Array, wide: bool) -> Array:
    """The sum of all products: of rows, and then of their sums."""
    rows = [(widened(a, wide) * widened(b, wide)).sum() for a, b in zip(one, other, strict=True)]
    return np.atleast_1d(np.array(rows).sum())


def _wide_dtype(plane: Array) -> Any:
    """What holds 2x - 3y of the plane's samples."""
    if plane.dtype.kind == "f":
        return np.float64
    most = (abs(LEFT) + abs(RIGHT)) * largest(plane)
    return next(dtype for dtype in (np.int16, np.int32, np.int64) if most <= np.iinfo(dtype).max)


def widened(values: Array, wide: bool) -> Array:
    """In float64; of wide sums in int64, but for floats that should be whole and are not."""
    if wide and (values.dtype.kind in "iu" or np.array_equal(values, np.rint(values))):
        return values.astype(np.int64, copy=False)
    return values.astype(np.float64, copy=False)


def l1(kernel: Kernel) -> float:
    """Sum of |weight|: no response is larger than this times the largest sample."""
    return float(np.abs(kernel.weights).sum())


def largest(plane: Array) -> float:
    return max(abs(float(plane.min())), abs(float(plane.max())))


def _sum_dtype(plane: Array, kernel: Kernel, fill: float = 0.0) -> Any:
    whole = plane.dtype.kind in "iu" and kernel.is_integer and fill == int(fill)
    magnitude = max(largest(plane), abs(fill)) * l1(kernel)
    if whole and magnitude < FLOAT32_EXACT:
        return np.float32
    return np.int64 if whole and FLOAT64_EXACT <= magnitude < INT64_SAFE else np.float64
