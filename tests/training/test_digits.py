"""The network `digits` that ships: what it is worth, by plain loops, and that its program makes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convcli.core.forward import run
from convcli.core.network.trained import TRAINED
from convcli.core.network.zoo import known_network
from convcli.errors import UnknownNameError
from convcli.files import sample_names
from convcli.files.trained import read_trained, weights_path
from tests.training.plain_digits import read_numbers, scores

SAMPLES = Path(__file__).parents[2] / "sample_images"
ROW = TRAINED.find("digits")
NUMBERS, NOTES = read_numbers(weights_path("digits"))


@pytest.fixture(scope="module")
def held_out() -> tuple[np.ndarray, np.ndarray]:
    """The last 360 of scikit-learn's digits, as 8-bit pictures, and what they show."""
    pytest.importorskip("sklearn", reason="scikit-learn is not installed; pip install 'convcli[test]'")
    from tests.training.digits import eight_bit

    pictures, labels = eight_bit()
    return pictures[-ROW.held_out :], labels[-ROW.held_out :]


def named(pictures: np.ndarray) -> np.ndarray:
    """The classes, by plain loops."""
    return scores(pictures, NUMBERS).argmax(axis=1)


def pushed(pictures: np.ndarray, down: int, right: int) -> np.ndarray:
    """Moved; what comes in is black, and what goes out is lost."""
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)))
    return padded[:, 1 - down : 9 - down, 1 - right : 9 - right]


def test_it_names_as_many_held_out_pictures_rightly_as_its_row_says(
    held_out: tuple[np.ndarray, np.ndarray],
) -> None:
    """Above 97 %, without a line of the tool's code."""
    assert (named(held_out[0]) == held_out[1]).sum() == ROW.right
    assert ROW.right / ROW.held_out > 0.97


def test_the_tool_runs_it_as_plain_loops_do(held_out: tuple[np.ndarray, np.ndarray]) -> None:
    """Every score of every held-out picture, to float32's rounding."""
    bundle = read_trained("digits")
    maps = (held_out[0][:, np.newaxis] * ROW.scale).astype(np.float32)
    wanted = scores(held_out[0], NUMBERS)
    (found,) = run(bundle.graph, maps).values()
    assert np.abs(found - wanted).max() < 1e-5 * np.abs(wanted).max()


@pytest.mark.parametrize(("down", "right", "count"), [(0, 1, 350), (0, -1, 355), (1, 0, 348), (-1, 0, 340)])
def test_moved_by_a_pixel_most_keep_their_name(
    held_out: tuple[np.ndarray, np.ndarray], down: int, right: int, count: int
) -> None:
    """Sideways there is room; up and down the digits fill the picture, and a row of them is lost."""
    assert (named(pushed(held_out[0], down, right)) == named(held_out[0])).sum() == count


def test_samples_are_held_out_pictures_that_it_is_sure_of(held_out: tuple[np.ndarray, np.ndarray]) -> None:
    """8x8 and grey, what they are called, with a share of more than 0.95."""
    assert set(ROW.samples) == {name for name in sample_names() if name.startswith("digit-")}
    for name in ROW.samples:
        pixels = np.asarray(Image.open(SAMPLES / f"{name}.png"))
        assert pixels.shape == (8, 8)
        label = int(name[-1])
        assert any(np.array_equal(pixels, picture) for picture in held_out[0][held_out[1] == label])
        powers = np.exp(scores(pixels[np.newaxis], NUMBERS)[0])
        assert powers[label] / powers.sum() > 0.95


def test_the_file_is_small_and_says_what_it_is() -> None:
    """Under 60 kB, the layers as the tool counts them, its terms."""
    assert weights_path("digits").stat().st_size < 30_000
    assert NOTES["network"] == known_network("digits").text
    assert NOTES["labels"].split() == list(ROW.labels)
    assert "CC BY 4.0" in NOTES["source"]
    assert sum(array.size for array in NUMBERS.values()) == read_trained("digits").network.parameters == 7170
    with pytest.raises(UnknownNameError, match="no trained network is called 'digit'; did you mean digits"):
        read_trained("digit")


def test_the_first_layer_still_looks_for_the_lines_and_edges_it_began_with() -> None:
    """Each filter is nearer to its own beginning than to any other's: what a class reads in it is there."""
    pytest.importorskip("sklearn", reason="scikit-learn is not installed; pip install 'convcli[test]'")
    from tests.training.digits import lines_and_edges

    filters = NUMBERS["conv-1.weight"].reshape(8, 9)
    starts = lines_and_edges().reshape(8, 9)
    likeness = (filters / np.linalg.norm(filters, axis=1, keepdims=True)) @ starts.T
    assert np.array_equal(likeness.argmax(axis=1), np.arange(8))


def test_training_is_the_same_to_the_last_bit_and_begins_to_learn(held_out: tuple[np.ndarray, np.ndarray]) -> None:
    """Two runs of two rounds: one file; and it is better than one in ten by far."""
    from tests.training import digits

    given = digits.load()
    first, second = (digits.train(given, epochs=2) for _ in range(2))
    assert digits.safetensors(first, NOTES) == digits.safetensors(second, NOTES)
    assert digits.right(first, given.held_out, given.held_out_labels) > 180
