"""Limits on what an option may ask for: padding and dilation take any whole number."""

from __future__ import annotations

from convcli.core.problem.problem import Problem
from convcli.errors import GeometryError

PADDED = 4  # times --max-pixels is what a picture may have with its border


def check_size(problem: Problem, max_pixels: int) -> None:
    """Refuse what padding or dilation has made too large, before it is allocated.

    Raises:
        GeometryError: with the size and the limit.
    """
    padding, padded_width = problem.padding, problem.padded_width
    padded_height = problem.height + padding.top + padding.bottom
    for what, height, width, most in (
        ("response", problem.out_height, problem.out_width, max_pixels),
        ("picture with its border", padded_height, padded_width, PADDED * max_pixels),
    ):
        if height * width > most:
            raise GeometryError(
                f"the {what} has {height} x {width} = {height * width:,} pixels, more than {most:,}; "
                "--max-pixels allows more"
            )
