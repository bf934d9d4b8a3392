"""What moves of a picture are called; the moves themselves are in `moves` and `resampling`."""

from __future__ import annotations

# Where each turn or mirror takes its rows and columns from: whether the axes change places, and which run backwards.
GRID = {
    "identity": (False, False, False),
    "rotate90": (True, False, True),
    "rotate180": (False, True, True),
    "rotate270": (True, True, False),
    "flip-x": (False, False, True),
    "flip-y": (False, True, False),
    "transpose": (True, False, False),
    "anti-transpose": (True, True, True),
}
GRID_MOVES = tuple(name for name in GRID if name != "identity")
TRANSFORMS = (*GRID_MOVES, "rotate:DEG", "scale:Z")
