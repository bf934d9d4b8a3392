"""f: one convolution layer with what may follow it - pooling, low-pass subsampling, 8-bit rounding."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Unpack

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Array
from convcli.core.border import Border, border
from convcli.core.correlation.correlate import Correlation, prepare, prepare_rows
from convcli.core.correlation.row_source import ArrayRows, Rows
from convcli.core.equivariance.by_bands import SubsampledSink
from convcli.core.equivariance.locally_connected import locally_connected
from convcli.core.equivariance.moves import Axes, Axis
from convcli.core.equivariance.pooled_maps import PooledRows, pooled
from convcli.core.geometry import ONES, Pair, extent, output_length, padding_along, used_steps
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.stack import KernelsLike, KernelStack
from convcli.core.pooling import Pool
from convcli.core.problem.options import Keywords, Options, Window
from convcli.errors import OptionError, Setting


class Stage(NamedTuple):
    """One step of a layer along one axis: output o reads inputs o*stride + i*dilation - before, i < taps.

    Attributes:
        border: what it reads outside; None where it never does.
    """

    taps: int
    dilation: int
    stride: int
    before: int
    after: int
    border: Border | None

    def length(self, n: int) -> int:
        """Outputs for n inputs."""
        return output_length(
            n, self.taps, before=self.before, after=self.after, stride=self.stride, dilation=self.dilation
        )


Stages = tuple[Stage, ...]


@dataclass(frozen=True, eq=False)
class ConvLayer:
    """A layer that is a function of the picture alone, the same however often it is run.

    Attributes:
        kernels: one or several.
        options: of the correlation.
        pool: pooling of the response, or None.
        blurpool: taps of the binomial low-pass before every subsampling, or None: subsampling alone.
            Strides of the window and of the pooling are then 1, and the low-pass has them (Zhang, 2019).
        rounds, clips: every picture on the way is rounded to whole numbers, clipped to 0..top.
        top: the largest value of a pixel.
        seed: of a layer with its own random weights at every place, or None: shared weights.
    """

    kernels: KernelStack
    options: Options = field(default_factory=Options)
    pool: Pool | None = None
    blurpool: int | None = None
    rounds: bool = False
    clips: bool = False
    top: int = 255
    seed: int | None = None

    @classmethod
    def of(
        cls,
        kernels: KernelsLike,
        *,
        pool: Pool | None = None,
        blurpool: int | None = None,
        rounds: bool = False,
        clips: bool = False,
        seed: int | None = None,
        **keywords: Unpack[Keywords],
    ) -> ConvLayer:
        """The layer of a correlation, from what `correlate` takes, and what follows it; pixels are bytes."""
        options = Options.of(**keywords)
        return cls(KernelStack.of(kernels), options, pool, blurpool, rounds, clips, seed=seed)

    @property
    def window(self) -> Window:
        """Where the kernel stands."""
        return self.options.window

    @property
    def stride(self) -> Pair:
        """Of the window, down and across."""
        return self.window.stride

    @property
    def steps(self) -> Pair:
        """Pixels of the picture between neighbouring outputs, down and across."""
        down, across = self.pool.stride if self.pool else (1, 1)
        return self.stride[0] * down, self.stride[1] * across

    @property
    def linear(self) -> bool:
        """Whether the output is one shared kernel's sums and nothing else."""
        return self.seed is None and self.pool is None and self.blurpool is None and not (self.rounds or self.clips)

    def at_stride(self, stride: Pair) -> ConvLayer:
        """The same layer with another step of its window."""
        return replace(self, options=self.options.at_stride(stride))

    def at_dilation(self, dilation: Pair) -> ConvLayer:
        """The same layer with its taps another distance apart."""
        return replace(self, options=replace(self.options, window=replace(self.window, dilation=dilation)))

    def unpadded(self) -> ConvLayer:
        """The same layer where its window lies inside the picture: size "valid"."""
        window = replace(self.window, size="valid", padding=None)
        return replace(self, options=replace(self.options, window=window))

    def __call__(self, picture: Array) -> Array:
        """The layer's output, (H', W') or (H', W', maps), in the picture's units."""
        if self.pool and not self.blurpool and self.seed is None:
            return self._made_pixels(pooled(prepare(picture, self.kernels, self.options), self.pool, self.as_pixels))
        options = self.options.at_stride(ONES) if self.blurpool else self.options
        output = self._made_pixels(self._sums(picture, options))
        if self.blurpool and max(self.stride) > 1:
            output = self._made_pixels(self._low_pass(ArrayRows(output), self.stride))
        if self.pool is None:
            return output
        if not self.blurpool:
            return self._made_pixels(self.pool(output))
        maps = PooledRows(output, replace(self.pool, stride=ONES), self.as_pixels)
        if max(self.pool.stride) > 1:
            return self._made_pixels(self._low_pass(maps, self.pool.stride))
        return maps.whole()

    def _sums(self, picture: Array, options: Options) -> Array:
        prepared = prepare(picture, self.kernels, options)
        if self.seed is None:
            return prepared.response()
        return locally_connected(prepared.picture, prepared.problem, self.seed).reshape(prepared.shape)

    def _low_pass(self, maps: Rows, strides: Pair) -> Array:
        kernel = Kernel("binomial", binomial(self.blurpool or 1))
        options = Options(Window(self._blur_border()), precision=self.options.precision)
        prepared = prepare_rows(maps, kernel, options)
        sink = SubsampledSink(prepared.problem.response_shape, prepared.problem.result_dtype, strides)
        prepared.run(sink)
        return sink.kept.reshape(*sink.kept.shape[:2], *prepared.shape[2:])

    def _blur_border(self) -> Border:
        # A constant in the picture's units says nothing about maps of responses.
        return border("edge") if self.window.border.fills else self.window.border

    def as_pixels(self, array: Array, out: Array | None = None) -> Array:
        """Rounded and clipped as 8-bit pictures are, where the layer does that; into `out`, where it is given."""
        if self.rounds and array.dtype.kind == "f":
            array = np.rint(array, out=out)
        within = array.dtype.kind == "u" and np.iinfo(array.dtype).max <= self.top
        return np.clip(array, 0, self.top, out=out) if self.clips and not within else array

    def _made_pixels(self, output: Array) -> Array:
        """The same of an array of our own, in its place."""
        return self.as_pixels(output, out=output)

    def prepared(self, picture: Array) -> Correlation:
        """The layer's correlation, checked.

        Raises:
            GeometryError, KernelError, OptionError: as `correlate`; a low-pass without subsampling.
        """
        if self.blurpool and max(self.steps) == 1:
            rule = "it is a low-pass before subsampling; give ", Setting("stride"), " or ", Setting("pool")
            raise OptionError("blurpool", self.blurpool, *rule)
        prepared = prepare(picture, self.kernels, self.options)
        if self.pool:
            self.pool.output_shape(prepared.problem.out_height, prepared.problem.out_width)
        return prepared

    def stages(self, prepared: Correlation) -> tuple[Stages, Stages]:
        """What the layer does along rows (down) and along columns (across)."""
        problem = prepared.problem
        shape, pads = (problem.kernel_height, problem.kernel_width), (problem.padding[:2], problem.padding[2:])
        return (
            _used(self._along(0, shape[0], pads[0], problem.border), problem.height),
            _used(self._along(1, shape[1], pads[1], problem.border), problem.width),
        )

    def _along(self, axis: int, taps: int, pad: tuple[int, ...], rule: Border) -> Stages:
        stride, dilation = self.stride[axis], self.window.dilation[axis]
        stages = [Stage(taps, dilation, 1 if self.blurpool else stride, pad[0], pad[1], rule)]
        if self.blurpool and max(self.stride) > 1:
            stages.append(self._blur_stage(stride))
        if self.pool:
            size, step = self.pool.size[axis], self.pool.stride[axis]
            stages.append(Stage(size, 1, 1 if self.blurpool else step, 0, 0, None))
            if self.blurpool and max(self.pool.stride) > 1:
                stages.append(self._blur_stage(step))
        return tuple(stages)

    def _blur_stage(self, stride: int) -> Stage:
        assert self.blurpool is not None
        return Stage(self.blurpool, 1, stride, *padding_along("same", self.blurpool), self._blur_border())

    def axes(self, lengths: tuple[int, int], stages: tuple[Stages, Stages]) -> Axes:
        """Where the outputs stand: in the middle of what they see."""
        down, across = (_axis(n, chain) for n, chain in zip(lengths, stages, strict=True))
        return down, across


def _used(stages: Stages, n: int) -> Stages:
    """The same on n inputs, with steps no larger than makes a difference: positions stay countable."""
    used = []
    for stage in stages:
        stride, dilation = used_steps(n, stage.taps, stage.before, stage.after, stage.stride, stage.dilation)
        used.append(stage._replace(stride=stride, dilation=dilation))
        n = stage.length(n)
    return tuple(used)


def _axis(n: int, stages: Stages) -> Axis:
    length, step, before, field_of_view = n, 1, 0, 1
    for stage in stages:
        before += stage.before * step
        field_of_view += (extent(stage.taps, stage.dilation) - 1) * step
        step *= stage.stride
        length = stage.length(length)
    return Axis(length, n, step, (field_of_view - 1) / 2 - before)


def binomial(taps: int) -> NDArray[np.float64]:
    """The binomial low-pass, (taps, taps), of sum 1: the outer product of a row of Pascal's triangle.

    >>> (16 * binomial(3)).tolist()
    [[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]
    """
    row = np.array([math.comb(taps - 1, i) for i in range(taps)], dtype=np.float64)
    weights: NDArray[np.float64] = np.outer(row, row) / row.sum() ** 2
    return weights
