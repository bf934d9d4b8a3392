"""Ways to get an exercise wrong, each made by NumPy alone, and what is diagnosed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from convcli.core.checking.exercise import Exercise
from convcli.core.checking.marking import mark
from convcli.core.checking.mistakes import MISTAKES
from convcli.core.correlation.correlate import prepare
from convcli.core.kernel.stack import KernelStack
from convcli.core.problem.options import Options

PADS = {"edge": "edge", "zero": "constant", "symmetric": "symmetric", "reflect": "reflect", "wrap": "wrap"}
Array = np.ndarray


def respond(exercise: Exercise) -> Array:
    """The package's own correlation: what `check` computes with."""
    assert exercise.picture is not None
    return prepare(exercise.picture, exercise.kernels, exercise.options).response()


def by_hand(
    picture: Array,
    kernel: Array,
    *,
    sides: tuple[int, int, int, int] | None = None,
    border: str = "zero",
    stride: int = 1,
    bias: float = 0.0,
    each: Callable[[Array], Array] = lambda products: products,
) -> Array:
    """The nested loop, by np.pad and a sum of products; `each` is done to the products of a window."""
    h, w = kernel.shape
    top, bottom, left, right = sides or (h // 2, h - 1 - h // 2, w // 2, w - 1 - w // 2)
    around = ((top, bottom), (left, right), *((0, 0),) * (picture.ndim - 2))
    padded = np.pad(picture.astype(np.float64), around, mode=PADS[border])  # type: ignore[call-overload]
    rows, columns = padded.shape[0] - h + 1, padded.shape[1] - w + 1
    weights = kernel.reshape(h, w, *(1,) * (picture.ndim - 2))
    return np.array([
        [each(padded[r : r + h, c : c + w] * weights).sum((0, 1)) + bias for c in range(0, columns, stride)]
        for r in range(0, rows, stride)
    ])  # fmt: skip


def posed(seed: int, *, depth: int = 0, **settings: object) -> tuple[Array, Array, Exercise]:
    """A random picture, a random kernel without any symmetry, and the exercise of both."""
    random = np.random.default_rng(seed)
    shape = (*random.integers(7, 10, 2), *((depth,) if depth else ()))
    picture = random.integers(0, 256, shape).astype(np.int64)
    kernel = random.permutation(np.arange(-4, 5)).reshape(3, 3).astype(np.float64)
    options = Options.of(**{"border": "zero", **settings})  # type: ignore[arg-type]
    return picture, kernel, Exercise(picture, KernelStack.of(kernel), options, respond)


def diagnosed(exercise: Exercise, answer: Array) -> list[str]:
    """Names of the mistakes; the answer is wrong."""
    made = mark(exercise, exercise.answer(), answer)
    assert not made.right
    return [each.name for each in made.diagnoses]


def transposed(picture: Array, kernel: Array) -> Array:
    return by_hand(picture, kernel.T)


TWELVE: dict[str, tuple[dict[str, object], Callable[[Array, Array], Array]]] = {
    "flipped": ({}, lambda p, k: by_hand(p, k[::-1, ::-1])),
    "flipped-lr": ({}, lambda p, k: by_hand(p, k[:, ::-1])),
    "flipped-ud": ({}, lambda p, k: by_hand(p, k[::-1])),
    "transposed": ({}, transposed),
    "border": ({"border": "edge"}, lambda p, k: by_hand(p, k, border="zero")),
    "padding": ({"padding": 2}, lambda p, k: by_hand(p, k, sides=(1, 1, 1, 1))),
    "anchor": ({}, lambda p, k: by_hand(p, k, sides=(1, 1, 0, 2))),
    "stride": ({"stride": 2}, by_hand),
    "bias": ({"bias": 7.0}, by_hand),
    "clamped": ({}, lambda p, k: np.clip(by_hand(p, k), 0, 255)),
    "overflow": ({}, lambda p, k: by_hand(p, k) % 256),
    "channels-summed": ({"channels": "each"}, lambda p, k: by_hand(p, k).sum(2)),
    "channels-swapped": ({"channels": "each"}, lambda p, k: by_hand(p[:, :, ::-1], k)),
}


@pytest.mark.parametrize("name", TWELVE)
def test_each_way_to_get_it_wrong_is_diagnosed_on_five_random_exercises(name: str) -> None:
    """What NumPy gives for the mistake is recognised as that mistake, and as no other."""
    settings, mistaken = TWELVE[name]
    for seed in range(5):
        picture, kernel, exercise = posed(seed, depth=3 * name.startswith("channels"), **settings)
        assert diagnosed(exercise, mistaken(picture, kernel)) == [name], seed


def test_rounding_is_diagnosed_on_five_random_exercises() -> None:
    """Ninths, each product rounded, or the response: whole numbers are no right answer to a fraction."""
    for seed in range(5):
        picture, kernel, exercise = posed(seed)
        exercise = exercise.changed(kernels=KernelStack.of(kernel / 9))
        assert diagnosed(exercise, np.rint(by_hand(picture, kernel / 9))) == ["rounded"]
        assert diagnosed(exercise, by_hand(picture, kernel / 9, each=np.rint)) == ["rounded"]
        assert diagnosed(exercise, by_hand(picture, kernel / 9, each=np.trunc)) == ["rounded"]


def test_bytes_overflow_before_a_division() -> None:
    """The sum of nine bytes in one byte, and then a ninth of it."""
    picture, _, exercise = posed(3)
    exercise = exercise.changed(kernels=KernelStack.of(np.full((3, 3), 1 / 9)))
    assert diagnosed(exercise, by_hand(picture, np.ones((3, 3))) % 256 / 9) == ["overflow"]


@pytest.mark.parametrize(
    "settings", [{}, {"border": "edge", "stride": 2, "bias": 3.0}, {"padding": 1, "channels": "sum"}]
)
def test_random_garbage_has_no_diagnosis(settings: dict[str, object]) -> None:
    """Numbers of the right size and range, the right ones in another order, and the right ones but for one."""
    for seed in range(5):
        _, _, exercise = posed(seed, depth=3 if "channels" in settings else 0, **settings)
        random = np.random.default_rng(seed + 100)
        right = exercise.answer()
        other = right.copy()
        other[tuple(random.integers(0, right.shape))] += 1
        for garbage in (
            random.integers(right.min(), right.max() + 1, right.shape),
            random.permutation(right.ravel()).reshape(right.shape),
            random.integers(0, 256, right.shape).astype(np.uint8),
            other,
        ):
            assert diagnosed(exercise, garbage) == []


def test_a_symmetric_kernel_has_no_flip_to_be_wrong_about() -> None:
    """The flipped answer is right."""
    picture, _, exercise = posed(1)
    kernel = np.array([[1, 2, 1], [2, 5, 2], [1, 2, 1]])
    exercise = exercise.changed(kernels=KernelStack.of(kernel))
    assert mark(exercise, exercise.answer(), by_hand(picture, kernel[::-1, ::-1])).right


def test_where_two_mistakes_give_the_same_answer_both_are_named() -> None:
    """A kernel that is the same upside down: flipped in both axes is flipped left to right."""
    picture, _, exercise = posed(1)
    kernel = np.array([[1, 2, 4], [3, 5, 7], [1, 2, 4]])
    exercise = exercise.changed(kernels=KernelStack.of(kernel))
    assert diagnosed(exercise, by_hand(picture, kernel[:, ::-1])) == ["flipped", "flipped-lr"]


def test_half_a_flip_is_named_by_the_axis_that_was_flipped() -> None:
    """A convolution of which only the columns, or only the rows, were turned; or nothing was."""
    picture, kernel, exercise = posed(4)
    exercise = exercise.changed(kernels=KernelStack.of(kernel[::-1, ::-1]), turned=True)
    assert mark(exercise, exercise.answer(), by_hand(picture, kernel[::-1, ::-1])).right
    assert diagnosed(exercise, by_hand(picture, kernel[:, ::-1])) == ["flipped-lr"]
    assert diagnosed(exercise, by_hand(picture, kernel[::-1])) == ["flipped-ud"]
    assert diagnosed(exercise, by_hand(picture, kernel)) == ["flipped"]


def test_the_first_wrong_output_and_the_share_of_the_right_ones_are_found() -> None:
    """Row first; both values."""
    _, _, exercise = posed(2)
    right = exercise.answer()
    wrong = right.copy()
    wrong[2, 4] += 3
    wrong[3, 1] -= 1
    made = mark(exercise, right, wrong)
    assert (made.at, made.expected, made.given) == ((2, 4), right[2, 4], right[2, 4] + 3)
    assert made.score == (right.size - 2) / right.size


@pytest.mark.parametrize(
    ("answer", "right"),
    [("0.33", True), ("0.3", True), ("0.3333", True), ("0.34", False), ("0.4", False), ("0", False)],
)
def test_an_answer_with_fewer_digits_is_right_to_its_digits(answer: str, right: bool) -> None:
    """A third, typed; whole numbers are rounded."""
    exercise = Exercise(np.array([[1]]), KernelStack.of([[1 / 3]]), Options(), respond)
    assert mark(exercise, exercise.answer(), np.array([[float(answer)]])).right is right


def test_an_answer_of_another_size_is_explained_where_a_mistake_has_that_size() -> None:
    """Without padding; rows for columns; nothing that is known."""
    picture, kernel, exercise = posed(5)
    valid = by_hand(picture, kernel, sides=(0, 0, 0, 0))
    made = mark(exercise, exercise.answer(), valid)
    assert made.shapes == (picture.shape, valid.shape)
    assert made.at is None
    assert [each.name for each in made.diagnoses] == ["padding"]
    assert diagnosed(exercise, by_hand(picture[:, :6], kernel).T) == []
    tall = Exercise(picture[:, :5], exercise.kernels, exercise.options, respond)
    assert diagnosed(tall, by_hand(picture[:, :5], kernel).T) == ["transposed"]


def test_every_mistake_is_told_by_a_test_above() -> None:
    """A row more is a way more to get it wrong."""
    assert set(TWELVE) | {"rounded"} == set(MISTAKES.names())
