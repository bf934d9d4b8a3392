"""Every claim of the chapter holds where it should, and sees the fault that is planted into what it checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.core.claims import line_functions as curves
from convcli.core.claims.finding import Subject
from convcli.core.correlation.correlate import convolve, correlate
from convcli.core.kernel.kernel import Kernel
from convcli.core.layer.cost import Layer, plan_layer
from convcli.core.layer.matrix import LayerMatrix, layer_matrix
from convcli.core.layer.reach import taps_reaching
from convcli.core.network.build import build_network
from convcli.core.network.zoo import known_network
from convcli.report.claims.claims import CLAIMS, try_claim

Array = NDArray[Any]
KERNEL = Kernel("asymmetric", np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.5], [0.0, 4.0, 2.0]]))
ROOM = "convcli.core.claims."


def picture_like(seed: int, shape: tuple[int, int] = (60, 72)) -> Array:
    """Bytes whose neighbours are alike, as in photographs; no two seeds alike."""
    random = np.random.default_rng(seed)
    waves = random.normal(size=shape)
    spectrum = np.fft.rfft2(waves) / (1 + 40 * np.hypot(np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])))
    plane = np.fft.irfft2(spectrum, shape)
    return np.rint(np.interp(plane, (plane.min(), plane.max()), (3, 250))).astype(np.uint8)


SUBJECT = Subject(picture_like(1), KERNEL)


# Faults: what each of them makes of the function that it stands for.


def flipped(*args: Any, **options: Any) -> Any:
    """Correlation that flips the kernel, as convolution does."""
    picture, kernels = args
    return correlate(picture, _turned(kernels), **options)


def transposed(*args: Any, **options: Any) -> Any:
    """Rows taken for columns."""
    picture, kernels = args
    weights = kernels.weights if isinstance(kernels, Kernel) else np.asarray(kernels)
    return correlate(picture, np.ascontiguousarray(np.swapaxes(weights, -1, -2)), **options)


def _turned(kernels: Any) -> Any:
    if isinstance(kernels, Kernel):
        return kernels.flipped()
    if isinstance(kernels, list):
        return [kernel.flipped() for kernel in kernels]
    return np.ascontiguousarray(np.asarray(kernels)[..., ::-1, ::-1])


def spoilt(change: Callable[[Array], Array], function: Callable[..., Any] = correlate) -> Callable[..., Any]:
    """The package's function with its result changed."""
    return lambda *args, **options: change(np.asarray(function(*args, **options)))


def unflipped(a: Array, b: Array, **options: Any) -> Any:
    """Convolution that forgets to turn the second function round."""
    return convolve(a, np.ascontiguousarray(b[..., ::-1]), **options)


def larger_window(picture: Array, kernel: Array, **options: Any) -> Any:
    """A window of one row more than the kernel has."""
    return correlate(picture, np.pad(kernel, ((0, 1), (0, 0)), mode="edge"), **options)


def faded(response: Array) -> Array:
    """Brighter from column to column."""
    return response * (1 + np.arange(response.shape[1]))


def late(response: Array) -> Array:
    """Every output one column too far."""
    return np.roll(response, 1, axis=1)


def ramped(response: Array) -> Array:
    """A layer that grows brighter from row to row, as no shared kernel does."""
    rows = np.arange(response.shape[0], dtype=np.float64)
    return response + rows.reshape(-1, *(1 for _ in response.shape[1:]))


def one_off(response: Array) -> Array:
    """One wrong output, in a corner."""
    wrong = np.array(response, dtype=np.float64)
    wrong[-1, -1] += 1
    return wrong


def counted_wrong(shape: tuple[int, int, int], *args: Any, **options: Any) -> Layer:
    """A layer whose closed forms forget a row of the window, or of the input."""
    layer = plan_layer(shape, *args, **options)
    if layer.kernel is None:
        return layer._replace(shape=(layer.shape[0] - 1, *layer.shape[1:]))
    return layer._replace(kernel=(layer.kernel[0] - 1 or 2, layer.kernel[1]))


def matrix_by_columns(*args: Any, **options: Any) -> LayerMatrix:
    """Pictures flattened column by column."""
    matrix = layer_matrix(*args, **options)
    height, width, _ = matrix.layer.shape
    rows, columns = np.divmod(matrix.column, width)
    return replace(matrix, column=columns * height + rows)


def matrix_unshared(*args: Any, **options: Any) -> LayerMatrix:
    """A shared layer in which every link has a weight of its own."""
    matrix = layer_matrix(*args, **options)
    own = np.arange(matrix.tap.size)
    return replace(matrix, tap=own, weights=1.0 + np.arange(matrix.tap.size, dtype=float).reshape(1, 1, 1, -1))


def order(steps: Any) -> Any:
    """The window's walk from the top down, then to the right."""

    class Walk:
        def steps(self) -> Any:
            found = list(steps.steps())
            return iter(sorted(found, key=lambda step: (float(step.window[0, 0]) % 7, float(step.window[0, 0]))))

    return Walk()


def _walk(*args: Any, **options: Any) -> Any:
    from convcli.core.explain.walk import walk

    return order(walk(*args, **options))


def backwards_network(*args: Any, **options: Any) -> Any:
    """A network whose first layer reads the last."""
    network = build_network(*args, **options)
    rows = (network.rows[0]._replace(inputs=(network.rows[-1].name,)), *network.rows[1:])
    return replace(network, rows=rows)


def smaller_fields(*args: Any, **options: Any) -> Any:
    """Receptive fields that forget what pooling doubles: all layers have the second's."""
    network = build_network(*args, **options)
    return replace(network, rows=tuple(row._replace(fields=network.rows[1].fields) for row in network.rows))


LEARNERS = [name + seen for name in ("fully connected", "sparse", "shared") for seen in ("", ", seen")]
FAULTS: dict[str, list[tuple[str, Any]]] = {
    "neighbours-apart": [("flattening.layer_matrix", matrix_by_columns)],
    "flat-vector-blind": [("flattening._dense_error", lambda pieces, *rest: float(pieces[0, 0, 0] % 1 + 1))],
    "dense-bill": [("counting.plan_layer", counted_wrong)],
    "shape-kept": [("flattening.correlate", spoilt(lambda response: response[1:]))],
    "kernel-reused": [("counting.layer_matrix", matrix_unshared)],
    "grid-network": [("counting.build_network", backwards_network)],
    "integral": [("functions.convolve", unflipped)],
    "zero-outside": [("functions.convolve", spoilt(lambda sums: sums[:, ::-1], convolve))],
    "integrable": [("functions.convolve", spoilt(lambda sums: 40 * sums, convolve))],
    "commutes": [("theorems.convolve", correlate)],
    "transform-product": [("theorems.convolve", correlate)],
    "sequences-and-impulse": [("theorems.convolve", spoilt(one_off, convolve))],
    "layers-correlate": [("by_hand.correlate", flipped)],
    "nineteen": [("by_hand.correlate", transposed)],
    "reading-order": [("by_hand.walk", _walk)],
    "window-shape": [("by_hand.correlate", larger_window)],
    "one-bias": [("by_hand.correlate", spoilt(ramped))],
    "learned-by-steps": [("training.RATE", -0.001)],
    "flip": [("flipping.convolve", correlate)],
    "usually-differ": [("flipping.correlate", flipped)],
    "learned-flip": [("training.convolve", spoilt(lambda response: 1.01 * response, convolve))],
    "fully-connected": [("counting.layer_matrix", lambda shape, *a, **o: layer_matrix(shape, a[0], "sparse", **o))],
    "sparse": [("counting.layer_matrix", lambda shape, *a, **o: layer_matrix(shape, a[0], "shared", **o))],
    "receptive-field": [("reaching.correlate", spoilt(late))],
    "near-belong-together": [("nearness.correlation_at", lambda plane, distance: distance / 200)],
    "local-to-global": [("reaching.build_network", smaller_fields)],
    "ten-thousand-times": [("counting.plan_layer", counted_wrong)],
    "fewer-examples": [("examples.errors_of", lambda *args, **options: dict.fromkeys(LEARNERS, 0.5))],
    "weight-meets-all": [("reaching.taps_reaching", lambda *args: taps_reaching(*args) - 1)],
    "one-kernel-moves": [("sharing.layer_matrix", matrix_unshared)],
    "hundred-weights": [("counting.layer_matrix", matrix_unshared)],
    "same-work": [("sharing.plan_layer", counted_wrong)],
    "stored": [("counting.plan_layer", counted_wrong)],
    "orders-of-magnitude": [("examples.errors_of", lambda *args, **options: dict.fromkeys(LEARNERS, 0.5))],
    "equivariant": [("two_orders.correlate", spoilt(ramped))],
    "two-to-the-right": [("two_orders.correlate", spoilt(faded))],
    "object-and-feature": [("two_orders.correlate", spoilt(ramped))],
    "sharing-needed": [("two_orders._unshared", lambda subject: lambda plane: correlate(plane, KERNEL, size="valid"))],
    "one-detector": [("examples.errors_of", lambda *args, **options: {"sparse": 0.1, "shared": 0.2})],
    "unshared-for-places": [("examples.aligned_targets", lambda tiles, seed: tiles[:, 1:-1, 1:-1] * 1.0)],
    "turn-and-zoom": [("symmetries.correlate", spoilt(ramped))],
    "points-and-lines": [("elements.RADIUS", 9.0e9)],
    "corners-from-edges": [("corners.correlate", spoilt(late)), ("corners.correlate", transposed)],
    "one-orientation": [("elements.correlate", transposed)],
    "enough-kernels": [("elements._banks", lambda subject: [("nine alike", np.ones((9, 3, 3)))])],
    "feature-map": [("feature_maps.correlate", flipped), ("feature_maps.correlate", spoilt(late))],
    "about-a-hundred": [("feature_maps.correlate", spoilt(lambda maps: maps[..., ::-1]))],
    "stack": [("feature_maps.correlate", spoilt(lambda maps: maps[..., ::-1]))],
    "called-filter": [("customs.correlate", flipped)],
    "sizes-by-hand": [("customs.USUAL", ((11, 11),))],
    "depth": [("feature_maps.correlate", spoilt(lambda maps: np.concatenate([np.atleast_3d(maps)] * 2, axis=2)))],
}


def test_the_chapter_has_51_claims_and_each_a_planted_fault() -> None:
    """Numbered in the chapter's order, named once, each with a sentence, a line and what would refute it."""
    assert [claim.number for claim in CLAIMS] == list(range(1, 52))
    assert list(FAULTS) == CLAIMS.names()
    for claim in CLAIMS:
        assert CLAIMS.find(str(claim.number)) is claim
        assert claim.shown.startswith("convcli ")
        assert len(claim.sentence.split()) <= 16, claim.sentence
        assert len(claim.sentence) <= 84
        assert claim.refuted


@pytest.mark.parametrize("name", CLAIMS.names())
def test_each_claim_holds_until_its_fault_is_planted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is checked is replaced by something wrong: the claim then does not hold."""
    claim = CLAIMS.find(name)
    honest = try_claim(claim, SUBJECT)
    assert honest.holds, honest
    for target, fault in FAULTS[name]:
        with monkeypatch.context() as planting:
            planting.setattr(ROOM + target, fault)
            assert not try_claim(claim, SUBJECT).holds, (name, target)


SLOW = (
    "learned-flip",
    "near-belong-together",
    "flat-vector-blind",
    "local-to-global",
    "about-a-hundred",
    "learned-by-steps",
    "turn-and-zoom",
    "integrable",
)
QUICK = [claim for claim in CLAIMS if claim.speaks_of in ("both", "picture") and claim.name not in SLOW]


@pytest.mark.parametrize("seed", range(20))
def test_all_claims_about_pictures_hold_on_random_ones(seed: int) -> None:
    """Pictures of other sizes, kinds and kernels, noise among them."""
    random = np.random.default_rng(seed)
    shape = int(random.integers(30, 60)), int(random.integers(30, 60))
    picture = random.integers(0, 256, shape).astype(np.uint8) if seed % 3 == 0 else picture_like(seed, shape)
    if seed % 3 == 2:
        picture = picture / 255.0
    size = int(random.integers(1, 5)), int(random.integers(1, 5))
    weights = random.integers(-4, 5, size).astype(float) if seed % 2 else random.normal(size=size)
    weights[0, -1] += 5.5
    subject = Subject(picture, Kernel("random", weights), seed)
    for claim in [*QUICK, *(CLAIMS.find(name) for name in SLOW if seed % 5 == 0)]:
        finding = try_claim(claim, subject)
        assert finding.holds, (claim.name, seed, size, finding)


@pytest.mark.parametrize("f", ["box", "triangle", "exponential", "gaussian", "2 -1 0 3"])
@pytest.mark.parametrize("g", ["box", "triangle", "exponential", "gaussian", "1 1 -2"])
def test_closed_forms_are_what_quadrature_gives(f: str, g: str) -> None:
    """(f * g)(t) by SciPy's adaptive quadrature, in pieces between the places where either jumps or bends."""
    from scipy import integrate

    one, other = curves.function(f), curves.function(g)
    form = curves.closed_form(one, other)
    for t in (-0.7, 0.3, 0.9, 1.6, 2.8):
        kinks = {*range(-3, 8), *(t - k for k in range(-3, 8))}
        edges = sorted(kink for kink in kinks if -8 <= kink <= 12)
        product = partial(_product, one, other, t)
        pieces = zip([-8.0, *edges], [*edges, 12.0], strict=True)
        total = sum(integrate.quad(product, low, high)[0] for low, high in pieces)
        assert float(form(np.array([t]))[0]) == pytest.approx(total, abs=1e-7)


def _product(f: curves.Function, g: curves.Function, t: float, u: float) -> float:
    return float(f.values(np.array([u]))[0] * g.values(np.array([t - u]))[0])


def test_known_networks_are_counted() -> None:
    """LeNet-5, which the chapter's claim about feed-forward networks looks at, is there."""
    assert "conv" in known_network("lenet-5").text
