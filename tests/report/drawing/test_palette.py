"""Lettering that can be read on any ground."""

from __future__ import annotations

import itertools

from convcli.report.drawing.palette import BLACK, INK, PAPER, contrast, readable_on


def test_lettering_has_a_contrast_of_four_and_a_half_on_every_colour() -> None:
    """Ink, paper or black on all of 9^3 colours: 4.5 to 1, as the accessibility guidelines ask of small text."""
    for ground in itertools.product(range(0, 256, 31), repeat=3):
        chosen = readable_on(ground)
        assert chosen in (INK, PAPER, BLACK)
        assert contrast(chosen, ground) >= 4.5


def test_contrast_is_that_of_the_guidelines() -> None:
    """Values of WCAG's examples: 21 for black on white, 4.48 for #777 on white, whichever comes first."""
    assert round(contrast((0, 0, 0), (255, 255, 255)), 6) == 21
    assert round(contrast((119, 119, 119), (255, 255, 255)), 2) == 4.48
    assert contrast((1, 2, 3), (200, 100, 50)) == contrast((200, 100, 50), (1, 2, 3))
