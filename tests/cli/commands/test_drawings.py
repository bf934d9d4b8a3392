"""Every command that draws: to SVG and PDF, at any scale, for print; and what is refused where it makes no sense."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from convcli.cli.root import root
from tests.command_line import Finished, convcli
from tests.report.drawing.test_pdf import objects_of

SVG = "{http://www.w3.org/2000/svg}"
MATRIX, KERNEL = "0 1 2; 3 4 5; 6 7 9", "0 1; 2 3"
SHAPES = "sample:shapes"
PAIR = "1 1 0 0 1; 0 1 1 0 1", "0 1 0 -1; -1 0 1 -1"
# What draws, and words that must be in it.
DRAWN = {
    "explain": (["explain", MATRIX, "-k", KERNEL, "--size", "valid", "--at", "0,1"], "Input"),
    "explain two": (["explain", MATRIX, "-k", KERNEL, "--at", "0,1", "--at", "2,2", "--convolve"], "Flipped"),
    "explain a weight": (["explain", SHAPES, "-k", KERNEL, "--weight", "0,1"], "The framed corner"),
    "params": (["params", "7", "--kernel", "3"], "7 inputs, 7 units"),
    "matrix": (["matrix", "3x3", "-k", KERNEL, "--size", "valid"], "Columns: 3 × 3 × 1 = 9 inputs"),
    "matrix large": (["matrix", "8x8", "-k", KERNEL], "Columns: 8 × 8 × 1 = 64 inputs"),
    "kernels": (["kernels", "sobel-x"], "sobel-x, 3×3"),
    "kernels sheet": (["kernels", "bank:sobel"], "sobel-y"),
    "verify": (["verify", MATRIX, "-k", KERNEL], "Correlation: no flip"),
    "equivariance": (["equivariance", SHAPES, "-k", "box", "--dx", "1"], "Shifted input g(x)"),
    "sweep": (["equivariance", SHAPES, "-k", "box", "--sweep", "dx=0..2,stride=1..2"], "stride"),
    "learn": (["learn", *PAIR, "--kernel-size", "1x2", "--descend", "--steps", "5"], "step"),
    "apply": (["apply", SHAPES, "-k", "bank:sobel", "--stride", "4"], "sobel-x"),
    "show": (["show", "sample:coffee"], "green"),
    "run": (["run", "digits", "sample:digit-3"], "Top 5 of 10 classes"),
    "run a layer": (["run", "digits", "sample:digit-3", "--layer", "conv-1"], "conv-1: conv, 8x8x8"),
    "claims": (["claims", "nineteen"], "Cross-correlation by hand"),
    "identify": (["identify", "--python", "numpy:rot90"], "Noise"),
    "network": (["equivariance", "sample:digit-3", "--network", "digits", "--dx", "0..2"], "dx 2"),
}


def drawn(name: str, *options: str, cwd: Path) -> Finished:
    """The command with options; it may find that a claim does not hold, but it must not fail."""
    done = convcli(*DRAWN[name][0], *options, cwd=cwd)
    assert done.code in (0, 1), (name, done)
    return done


@cache
def pixels_of(name: str, folder: Path) -> tuple[int, int]:
    """Width and height as PNG."""
    drawn(name, "-o", "plain.png", "-f", cwd=folder)
    with Image.open(folder / "plain.png") as picture:
        assert "dpi" not in picture.info
        return picture.size


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where everything is drawn."""
    return tmp_path_factory.mktemp("drawings")


@pytest.mark.parametrize("name", DRAWN)
def test_whatever_is_drawn_is_svg_and_pdf_too(name: str, folder: Path) -> None:
    """Both are sound, as large as the PNG is, and the words are words."""
    size = pixels_of(name, folder)
    for suffix in ("svg", "pdf"):
        assert f"a.{suffix}" in drawn(name, "-o", f"a.{suffix}", "-f", cwd=folder).err or name == "apply"
    svg = ElementTree.parse(folder / "a.svg").getroot()
    assert (float(svg.attrib["width"]), float(svg.attrib["height"])) == size
    words = [element.text for element in svg.iter(f"{SVG}text")]
    assert set(DRAWN[name][1].split("|")) & {words[0], *words} or any(DRAWN[name][1] in str(each) for each in words)
    title = svg.find(f"{SVG}title")
    assert title is not None
    assert title.text
    page = next(held for held in objects_of((folder / "a.pdf").read_bytes()).values() if b"/MediaBox" in held)
    box = [float(part) for part in page.partition(b"/MediaBox [")[2].partition(b"]")[0].split()]
    assert box == pytest.approx([0, 0, size[0] * 0.75, size[1] * 0.75])


@pytest.mark.parametrize("name", [name for name in DRAWN if name != "apply"])
def test_scale_makes_it_larger_in_every_format(name: str, folder: Path) -> None:
    """Half as large again: pixels of PNG, the size of SVG; both to the nearest pixel."""
    width, height = pixels_of(name, folder)
    drawn(name, "--scale", "1.5", "-o", "b.png", "-f", cwd=folder)
    drawn(name, "--scale", "1.5", "-o", "b.svg", "-f", cwd=folder)
    with Image.open(folder / "b.png") as picture:
        assert np.abs(np.subtract(picture.size, (1.5 * width, 1.5 * height))).max() <= 0.5
    svg = ElementTree.parse(folder / "b.svg").getroot()
    assert (float(svg.attrib["width"]), float(svg.attrib["height"])) == (1.5 * width, 1.5 * height)
    assert svg.attrib["viewBox"] == f"0 0 {width} {height}"


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("params", "png"), ("params", "tiff"), ("apply", "png"), ("apply", "jpg"), ("show", "tif"), ("show", "bmp")],
)
def test_dpi_is_pixels_and_is_written(name: str, suffix: str, folder: Path) -> None:
    """300 to an inch of 96: 3.125 times as many, and the file says 300."""
    size = pixels_of(name, folder)
    drawn(name, "--dpi", "120", "-o", f"c.{suffix}", "-f", cwd=folder)
    with Image.open(folder / f"c.{suffix}") as picture:
        assert np.abs(np.subtract(picture.size, np.multiply(size, 1.25))).max() <= 0.5
        assert picture.info["dpi"] == pytest.approx((120, 120), abs=0.02)


def test_a_format_without_a_resolution_says_so(tmp_path: Path) -> None:
    """The pixels are there; the number is not, and that is said."""
    done = drawn("params", "--dpi", "192", "-o", "a.webp", cwd=tmp_path)
    assert "a.webp: 1,448 × 1,640 pixels; WebP does not hold --dpi" in done.err
    assert (
        "a.png: 1,448 × 1,640 pixels, 192 an inch" in drawn("params", "--dpi", "192", "-o", "a.png", cwd=tmp_path).err
    )


def test_scale_and_dpi_multiply(tmp_path: Path) -> None:
    """Twice as large in inches, at twice as many pixels an inch."""
    drawn("kernels", "--dpi", "192", "--scale", "0.5", "-o", "a.png", cwd=tmp_path)
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.width == 840
        assert picture.info["dpi"] == pytest.approx((192, 192), abs=0.02)


def test_animations_are_scaled_by_whole_and_other_factors(tmp_path: Path) -> None:
    """Every frame is 1.5 times as wide; the walk is the same."""
    walk = ["explain", MATRIX, "-k", KERNEL, "--size", "valid"]
    for scale, width in (("1", 540), ("1.5", 810), ("2", 1080)):
        done = convcli(*walk, "--scale", scale, "-o", f"walk{scale}.webp", cwd=tmp_path)
        assert "4 frames" in done.err
        with Image.open(tmp_path / f"walk{scale}.webp") as film:
            assert (film.width, film.n_frames) == (width, 4)  # type: ignore[attr-defined]


REFUSED = {
    "one map as svg": (["apply", SHAPES, "-k", "box", "-o", "a.svg"], "sheets of several maps"),
    "one map as pdf": (
        ["apply", SHAPES, "-k", "box", "--format", "pdf"],
        "and this is one picture of pixels: use .png",
    ),
    "a gray stack as svg": (["apply", MATRIX, "-k", "1", "-o", "a.svg"], "use .png"),
    "one map for print": (
        ["apply", SHAPES, "-k", "box", "--dpi", "300", "-o", "a.png"],
        "--dpi: 300",
        "only a sheet",
    ),
    "a raw stack for print": (["apply", SHAPES, "-k", "bank:sobel", "--dpi", "300", "-o", "a.npy"], "--dpi: 300"),
    "a sheet's pixels in svg": (["apply", SHAPES, "-k", "bank:sobel", "--dpi", "300", "-o", "a.svg"], "SVG has lines"),
    "a residual as svg": (["learn", MATRIX, MATRIX, "--kernel-size", "1", "--residual", "a.svg"], "use .png"),
    "no descent to draw": (["learn", MATRIX, MATRIX, "--kernel-size", "1", "-o", "a.svg"], "add --descend"),
    "nothing drawn": (["params", "7", "--kernel", "3", "--scale", "2"], "--scale is the size of a drawing", "-o"),
    "no descent drawn": (
        ["learn", MATRIX, MATRIX, "--kernel-size", "1", "--dpi", "99"],
        "--dpi is the size of a drawing",
    ),
    "numbers": (["matrix", "3x3", "-k", "1", "-o", "a.npy", "--scale", "2"], "--scale is the size of a drawing"),
    "svg for print": (["kernels", "box", "--dpi", "300", "-o", "a.svg"], "a.svg has lines and text instead", "--scale"),
    "a walk for print": (["explain", MATRIX, "-k", "1", "--dpi", "300", "-o", "a.gif"], "a.gif moves", "--scale"),
    "absurd": (["params", "7", "--kernel", "3", "--scale", "1000", "-o", "a.png"], "from 0.1 to 64, such as 2 or 1.5"),
    "no number": (["params", "7", "--kernel", "3", "--scale", "big", "-o", "a.png"], "big", "from 0.1 to 64"),
    "too many pixels": (
        ["params", "7", "--kernel", "3", "--scale", "60", "-o", "a.png"],
        "43,440 × 49,200",
        "12.2 at most",
    ),
    "too many dots": (["params", "7", "--kernel", "3", "--dpi", "4800", "-o", "a.png"], "--dpi: 4800", "1178 at most"),
    "too large a page": (
        ["params", "7", "--kernel", "3", "--scale", "60", "-o", "a.pdf"],
        "200 inches",
        "23.4 at most",
    ),
    "too long a film": (["explain", MATRIX, "-k", "1", "--scale", "40", "-o", "a.gif"], "9 frames of", "at most"),
    "a list of suffixes": (["params", "7", "--kernel", "3", "-o", "a.odd"], ".ppm, .svg or .pdf"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_no_sense_is_refused_in_one_message(name: str, tmp_path: Path) -> None:
    """Nothing is written then."""
    arguments, *words = REFUSED[name]
    assert convcli(*arguments, cwd=tmp_path).refused(2, *words)
    assert list(tmp_path.iterdir()) == []


def test_a_drawing_is_not_read_as_a_picture(tmp_path: Path) -> None:
    """SVG and PDF are known by name, whatever they are called; a folder of pictures leaves them out."""
    for suffix, known in (("svg", "SVG"), ("pdf", "a PDF document")):
        drawn("params", "-o", f"a.{suffix}", cwd=tmp_path)
        assert convcli("apply", f"a.{suffix}", "-k", "box", cwd=tmp_path).refused(3, f"this is {known}")
    (tmp_path / "out").mkdir()
    assert convcli("apply", ".", "-k", "box", "-o", "out/", cwd=tmp_path).refused(3)


def test_sheets_of_a_folder_are_svg_files(tmp_path: Path) -> None:
    """--format svg gives every picture of a batch a sheet of its own, and a record with its size."""
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        Image.new("RGB", (24, 16), (200, 30, 60)).save(tmp_path / "in" / f"{name}.png")
    options = ["-k", "bank:sobel", "--format", "svg", "-o", "out/", "--json"]
    records = convcli("apply", "in", *options, cwd=tmp_path).records
    assert [record["output"]["path"] for record in records] == ["out/a.svg", "out/b.svg"]
    svg = ElementTree.parse(tmp_path / "out" / "a.svg").getroot()
    assert float(svg.attrib["width"]) == records[0]["output"]["width"]


def test_what_svg_cannot_carry_is_said(tmp_path: Path) -> None:
    """A photograph's EXIF is in no drawing; --strip leaves it out without a word."""
    exif = Image.Exif()
    exif[0x010E] = "a cat"
    Image.new("RGB", (24, 16), (200, 30, 60)).save(tmp_path / "a.jpg", exif=exif)
    command = ["apply", "a.jpg", "-k", "bank:sobel", "-f", "-o", "a.svg"]
    assert "SVG holds no EXIF; dropped" in convcli(*command, cwd=tmp_path).err
    assert "EXIF" not in convcli(*command, "--strip", cwd=tmp_path).err


def test_names_that_break_files_break_no_drawing(tmp_path: Path) -> None:
    """A kernel's file called </text><script> is a name in SVG and PDF, with whatever else stands in it."""
    folder = tmp_path / "<"
    folder.mkdir()
    (folder / "text><script>&\"'\u202e\udcff核.txt").write_text("0 1; 2 3\n")
    (name,) = folder.iterdir()
    done = convcli("kernels", f"@{name.relative_to(tmp_path)}", "-o", "a.svg", cwd=tmp_path)
    assert done.code == 0
    svg = ElementTree.parse(tmp_path / "a.svg").getroot()
    assert not list(svg.iter(f"{SVG}script"))
    assert any("><script>&\"'\ufffd\ufffd核" in str(element.text) for element in svg.iter(f"{SVG}text"))
    assert convcli("kernels", f"@{name.relative_to(tmp_path)}", "-o", "a.pdf", cwd=tmp_path).code == 0
    objects_of((tmp_path / "a.pdf").read_bytes())


def test_every_command_that_draws_takes_scale_and_dpi() -> None:
    """One pair of options; on apply, whose --scale is the kernel's, --dpi alone."""
    context = root.make_context("convcli", ["help"], resilient_parsing=True)
    taken = {
        name: {option for parameter in root.get_command(context, name).params for option in parameter.opts}  # type: ignore[union-attr]
        for name in root.list_commands(context)
    }
    drawing = {arguments[0] for arguments, _ in DRAWN.values()}
    assert {name for name, options in taken.items() if "--dpi" in options} == drawing
    assert {name for name, options in taken.items() if "--scale" in options} == drawing
