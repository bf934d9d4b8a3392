"""Mistakes with the window: the border, the padding, where the kernel stands, the stride."""

from __future__ import annotations

from convcli.core.border import BORDERS
from convcli.core.border import border as named_border
from convcli.core.checking.exercise import Exercise
from convcli.core.checking.of_kernels import Variants
from convcli.core.geometry import SIZES, Padding, padding_for

STEPS = (-1, 0, 1)


def border(exercise: Exercise) -> Variants:
    """Every other border; of a window that never leaves the input none."""
    if not any(exercise.sides):
        return
    for row in BORDERS:
        other = named_border(row.name)
        if other != exercise.options.window.border:
            asked = exercise.options.window.border.label
            words = f"beyond the edge lies '{row.name}' ({row.pattern}), and '{asked}' is asked for"
            yield words, exercise.with_window(border=other).answer


def padding(exercise: Exercise) -> Variants:
    """Another size of the output; one row or column more or less on all sides, across, down, or on one side."""
    top, bottom, left, right = sides = exercise.sides
    window = exercise.options.window
    size = max(k.height for k in exercise.kernels), max(k.width for k in exercise.kernels)
    for name in SIZES:
        other = padding_for(name, size, window.dilation, exercise.kernels.origin if name == "same" else None)
        if other != sides:
            words = f"the padding is that of the size '{name}': {_written(other)} for {_written(sides)}"
            yield words, exercise.with_window(padding=other).answer
    for t, b, le, r in (
        *((n, n, n, n) for n in (-1, 1)),
        *((n, n, 0, 0) for n in (-1, 1)),
        *((0, 0, n, n) for n in (-1, 1)),
        *((-n if i == s else 0 for i in range(4)) for n in (-1, 1) for s in range(4)),
    ):
        moved = Padding(top + t, bottom + b, left + le, right + r)
        if min(moved) >= 0:
            words = f"the padding is one off: {_written(moved)} for {_written(sides)}"
            yield words, exercise.with_window(padding=moved).answer


def _written(sides: Padding) -> str:
    return ",".join(map(str, sides))


def anchor(exercise: Exercise) -> Variants:
    """The window one pixel up, down, left, right or along a diagonal, the output's size as it was."""
    top, bottom, left, right = exercise.sides
    for down in STEPS:
        for across in STEPS:
            moved = Padding(top - down, bottom + down, left - across, right + across)
            if (down or across) and min(moved) >= 0:
                yield _moved(down, across), exercise.with_window(padding=moved).answer


def _moved(down: int, across: int) -> str:
    ways = [way for way in (("", "down", "up")[down], ("", "to the right", "to the left")[across]) if way]
    return f"every window stands one pixel {' and one '.join(ways)}: the kernel's anchor is one off"


def stride(exercise: Exercise) -> Variants:
    """Step 1 both ways, or one of them; the two steps exchanged."""
    down, across = exercise.options.window.stride
    for other in ((1, 1), (1, across), (down, 1), (across, down)):
        if other != (down, across):
            asked = f"{down}x{across}" if down != across else f"{down}"
            forgotten = "the stride is forgotten" if other == (1, 1) else f"the stride is {other[0]}x{other[1]}"
            yield f"{forgotten}: {asked} is asked for", exercise.with_window(stride=other).answer
