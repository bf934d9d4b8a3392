"""Which frames, and how many pixels they may be together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from convcli.errors import InputError, OptionError
from convcli.images.compositing import Place, changed
from convcli.images.frames import ALL, MOST, Choice, Frame, Frames
from convcli.images.picture import Picture


def numbered(count: int) -> Iterator[Frame]:
    for number in range(count):
        yield Frame(Picture(np.full((2, 3), number, np.uint8)), 10.0)


FRAMES = Frames("walk.gif", 12, lambda: numbered(12), size=(2, 3), max_pixels=100)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("all", range(12)), ("first", range(1)), ("0", range(1)), ("7", range(7, 8)), ("2..5", range(2, 6)),
     (" 11 ", range(11, 12)), ("0..11", range(12)), ("3..3", range(3, 4)), ("007", range(7, 8))],
)  # fmt: skip
def test_choices(text: str, numbers: range) -> None:
    """Counted from 0, both ends included; the frames are those of these numbers."""
    which = FRAMES.chosen(Choice.of(text))
    assert which == numbers
    assert [int(frame.picture.pixels[0, 0]) for frame in FRAMES.read(which, print)] == list(numbers)


@pytest.mark.parametrize(
    "text", ["", "..", "2..", "..5", "5..2", "1..2..3", "-1", "1.5", "a", "All!", "1,2", "٣", "9" * 40, "1...3", "0x1"]
)
def test_what_is_no_choice(text: str) -> None:
    """One message with the value and the rule."""
    with pytest.raises(OptionError, match=r"all, first, one frame N, or frames N\.\.M, counted from 0"):
        Choice.of(text)


@pytest.mark.parametrize("text", ["12", "5..12", "12..40", "99999999999999999"])
def test_there_is_no_such_frame(text: str) -> None:
    """The message says which there are."""
    with pytest.raises(OptionError, match=r"walk\.gif has frames 0\.\.11"):
        FRAMES.chosen(Choice.of(text))


def test_frames_are_bounded_by_their_number_and_by_their_pixels() -> None:
    """All of too many, and too many pixels, are refused before one is drawn; a few can be taken."""
    many = replace(FRAMES, count=MOST + 1, max_pixels=10**9)
    with pytest.raises(InputError, match="more than 20,000 frames"):
        many.chosen(ALL)
    assert many.chosen(Choice.of("0..9")) == range(10)
    with pytest.raises(OptionError, match=r"frames 0\.\.19999"):
        many.chosen(Choice.of("20000"))
    large = replace(FRAMES, size=(100, 16), max_pixels=1600)
    assert large.chosen(ALL) == range(12)
    with pytest.raises(InputError, match=r"12 frames of 101 × 16 are 19,392 pixels, more than 16 × 1,000; frames N..M"):
        replace(FRAMES, size=(101, 16), max_pixels=1000).chosen(ALL)
    # The frame of a number is drawn on those before it, a page by itself.
    with pytest.raises(InputError, match="12 frames"):
        replace(FRAMES, size=(100, 16), max_pixels=1000).chosen(Choice.of("11"))
    assert replace(FRAMES, size=(100, 16), max_pixels=1000, noun="page").chosen(Choice.of("11")) == range(11, 12)


def test_frames_are_all_with_alpha_or_all_without() -> None:
    """One that is transparent somewhere gives the others an opaque alpha; of those that are chosen."""

    def some() -> Iterator[Frame]:
        for number, frame in enumerate(numbered(4)):
            alpha = np.array([[0, 255, 255]] * 2, np.uint8) if number == 2 else None
            yield Frame(replace(frame.picture, alpha=alpha), frame.ms)

    frames = Frames("walk.gif", 4, some, hides=True, max_pixels=100)
    assert [frame.picture.alpha for frame in frames.read(range(2), print)] == [None, None]
    read = [frame.picture.alpha for frame in frames.read(range(4), print)]
    assert [alpha.tolist() if alpha is not None else None for alpha in read] == [
        [[255] * 3] * 2, [[255] * 3] * 2, [[0, 255, 255]] * 2, [[255] * 3] * 2,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spots", "even", "place"),
    [
        ([(3, 5)], False, Place(5, 3, 1, 1)),
        ([(3, 5)], True, Place(4, 2, 2, 2)),
        ([(1, 8), (6, 2)], False, Place(2, 1, 7, 6)),
        ([], False, Place(0, 0, 1, 1)),
    ],
)
def test_the_rectangle_that_changes(spots: list[tuple[int, int]], even: bool, place: Place) -> None:
    """Outside it both frames are the same; alpha counts as colour does."""
    before = np.arange(7 * 9 * 3, dtype=np.uint8).reshape(7, 9, 3)
    after, alpha = before.copy(), np.full((7, 9), 255, np.uint8)
    faint = alpha.copy()
    for row, column in spots:
        after[row, column, 1] ^= 1
        faint[row, column] = 0
    assert changed(Picture(before), Picture(after), even=even) == place
    assert changed(Picture(before, alpha), Picture(before, faint), even=even) == place
    assert changed(None, Picture(after)) == Place(0, 0, 9, 7)
