"""A kernel's figure and a bank's sheet: what the colours say is what the words say."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.core.kernel.facts import frequency_response, kernel_facts
from convcli.core.kernel.kernel import Kernel
from convcli.errors import GeometryError
from convcli.kernels import kernel, kernels_from
from convcli.report.drawing.marks import Drawing, Embedded, Rectangle, Text
from convcli.report.drawing.raster import rasterized
from convcli.report.drawing.resizing import signed_picture
from convcli.report.kernels.bank_sheet import bank_sheet
from convcli.report.kernels.card import Card, property_rows
from convcli.report.kernels.figure import kernel_figure


def _texts(drawing: Drawing) -> list[Text]:
    return [mark for mark in drawing.marks if isinstance(mark, Text)]


def _words(drawing: Drawing) -> list[str]:
    return [mark.words for mark in _texts(drawing)]


def _card(shown: Kernel) -> Card:
    return Card(shown, kernel_facts(shown), frequency_response(shown.weights, 65))


@pytest.mark.parametrize(
    "text", ["gabor:theta=45", "gabor:theta=20", "unsharp", "sobel-x", "log", "1 2; 3 4", "0 0; 0 0"]
)
def test_the_end_of_the_gains_scale_is_the_largest_gain(text: str) -> None:
    """The number at the bar and the one in the properties are one number, which no gain of the picture exceeds."""
    card = _card(kernel(text))
    figure = kernel_figure(card)
    gain = dict(property_rows(card))["largest gain"].split()[0]
    assert gain in _words(figure)
    assert card.response.max() <= card.facts.peak[0] * (1 + 1e-9)


@pytest.mark.parametrize(
    ("text", "ends"), [("1 -5; 2 3", ("−5", "0", "5")), ("gaussian:sigma=3", ("−0.0177", "0.0177"))]
)
def test_the_weights_have_a_scale(text: str, ends: tuple[str, ...]) -> None:
    """From the negative of the largest magnitude to it, in numbers below the weights."""
    figure = kernel_figure(_card(kernel(text)))
    assert set(ends) <= set(_words(figure))


def test_a_kernel_of_numbers_is_titled_by_them_and_breaks_none() -> None:
    """The title is the numbers and the size; 9.36e-7 is on one line of the properties."""
    assert _words(kernel_figure(_card(kernel("0 1; 2 3"))))[0] == "0 1; 2 3, 2×2"
    row = np.array([[9.36e-7, 1.25e-6, 3.5e-7, 4.1e-7, 8.8e-7, 7.7e-7, 6.1e-7, 9.9e-7, 1.1e-6]])
    words = _words(kernel_figure(_card(Kernel("k", row.T @ row))))
    assert not any(line.endswith("e-") or line.endswith("e−") for line in words)


def test_a_bank_has_cells_numbers_names_and_a_scale() -> None:
    """sobel-compass: 72 numbers in cells of their colour, eight names in order, a title, -2 to 2."""
    kernels = kernels_from("bank:sobel-compass")
    sheet = bank_sheet(kernels, "bank:sobel-compass: 8 kernels, 3×3", about="each positive where")
    words = _words(sheet)
    assert words[0] == "bank:sobel-compass: 8 kernels, 3×3"
    assert words[1] == "Each positive where"
    assert [word for word in words if word.startswith("sobel-compass-")] == [each.name for each in kernels]
    # 72 cells, and the three numbers of the scale
    assert [words.count(number) for number in ("0", "1", "2", "−1", "−2")] == [25, 16, 9, 16, 9]
    cells = [mark for mark in sheet.marks if isinstance(mark, Rectangle) and mark.fill]
    assert len(cells) == 72
    drawn = rasterized(sheet)
    colours = signed_picture(kernels[0].weights)
    for cell, colour in zip(cells[:9], colours.reshape(9, 3), strict=True):
        assert drawn[cell.top + 3, cell.left + 3].tolist() == colour.tolist()


@pytest.mark.parametrize(("text", "own"), [("bank:laws", True), ("bank:random", False), ("bank:gabor", False)])
def test_kernels_that_are_alike_have_one_scale(text: str, own: bool) -> None:
    """One bar below all, or one below each; the words say which."""
    kernels = kernels_from(text)
    sheet = bank_sheet(kernels, text)
    bars = [mark for mark in sheet.marks if isinstance(mark, Embedded) and mark.pixels.shape[0] == 2]
    assert len(bars) == (len(kernels) if own else 1)
    assert any("each kernel has a scale of its own" in words for words in _words(sheet)) == own


def test_every_kernel_of_a_bank_is_inside_the_sheet() -> None:
    """Of any number and size, wide and tall ones together: no mark beyond the edge, no two names on one place."""
    rng = np.random.default_rng(5)
    for shapes in ([(1, 9)] * 3, [(5, 2), (2, 7), (1, 1)], [(3, 3)] * 70, [(40, 60)] * 5, [(2, 3)]):
        kernels = [Kernel(f"a-name-that-is-long-{n}", rng.normal(size=shape)) for n, shape in enumerate(shapes)]
        sheet = bank_sheet(kernels, "title " * 30)
        names = [mark for mark in _texts(sheet) if mark.words.startswith("a-name")]
        assert len({(mark.x, mark.baseline) for mark in names}) == len(kernels)
        assert all(mark.left >= 0 and mark.left + mark.width <= sheet.width for mark in _texts(sheet))
        assert all(mark.baseline <= sheet.height for mark in _texts(sheet))
        for mark in sheet.marks:
            if isinstance(mark, Rectangle):
                assert 0 <= mark.left < mark.right <= sheet.width
                assert 0 <= mark.top < mark.bottom <= sheet.height


def test_more_kernels_than_a_sheet_holds_are_refused() -> None:
    """With how many there are, and how many it holds."""
    with pytest.raises(GeometryError, match=r"1,025 kernels; a sheet holds at most 1,024"):
        bank_sheet([Kernel("k", [[1]])] * 1025, "t")
