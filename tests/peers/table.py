"""What other tools' documentation says of their filters: a row each, asked by `python -m tests.peers.conventions`.

Expected values stand as `Verdict` has them; a kernel is written for correlation, as everywhere here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.peers.filters import (
    EVEN,
    MEANT,
    SMALL,
    Array,
    Filter,
    call,
    convcli,
    ndimage,
    of_planes,
    opencv,
    pillow,
    signal,
    torch_conv2d,
)

FLIP = MEANT[::-1, ::-1]
ROWS = ",".join(str(weight) for weight in MEANT.flat)
MAGICK_KERNEL = "5x5: " + " ".join(",".join(map(str, row)) for row in MEANT.tolist())
SYMMETRIC_TO = {"reflect": "symmetric", "constant": "zero", "nearest": "edge", "mirror": "reflect", "wrap": "wrap"}
SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


@dataclass(frozen=True, eq=False)
class Peer:
    """One filter of another tool.

    Attributes:
        tool, call: as people name them; call as it is typed.
        filter: a function; or else words: a command.
        depth: of the probes.
        meant: the kernel that was given, to see whether it is flipped.
        expected: points of the verdict, by what is documented.
        source: where that stands.
        shown: whether README's table has it.
        needs: the package or the program.
    """

    tool: str
    call: str
    expected: Mapping[str, Any]
    source: str
    needs: str
    filter: Filter | None = None
    words: tuple[str, ...] = ()
    depth: Any = 8
    meant: Array | None = field(default_factory=lambda: MEANT)
    shown: bool = False


SCIPY = "docs.scipy.org/doc/scipy/reference/generated/scipy.ndimage.correlate.html"
SIGNAL = "docs.scipy.org/doc/scipy/reference/generated/scipy.signal.convolve2d.html"
OPENCV = "docs.opencv.org/4.x/d4/d86/group__imgproc__filter.html"
PILLOW = "pillow.readthedocs.io/en/stable/reference/ImageFilter.html"
SKIMAGE = "scikit-image.org/docs/stable/api/skimage.filters.html"
TORCH = "pytorch.org/docs/stable/generated/torch.nn.Conv2d.html"
MAGICK = "usage.imagemagick.org/convolve"
GRAPHICS = "www.graphicsmagick.org/GraphicsMagick.html"
VIPS = "www.libvips.org/API/current/method.Image.conv.html"


def _scipy() -> list[Peer]:
    def row(call: str, filter: Filter, shown: bool = False, **expected: Any) -> Peer:
        return Peer("SciPy", call, expected, SCIPY, "scipy", filter, depth="float", shown=shown)

    rows = [
        row(f"ndimage.correlate(x, k, mode={mode!r})", ndimage("correlate", MEANT, mode=mode),
            mode == "reflect", kernel=MEANT, flipped=False, anchor=(2, 2), border=border, rounding=None)
        for mode, border in SYMMETRIC_TO.items()
    ]  # fmt: skip
    return [
        *rows,
        row("ndimage.convolve(x, k)", ndimage("convolve", MEANT), kernel=FLIP, flipped=True, border="symmetric"),
        row("ndimage.correlate(x, k, origin=(1, -1))", ndimage("correlate", MEANT, origin=(1, -1)),
            kernel=MEANT, anchor=(3, 1), border="symmetric"),
        row("ndimage.correlate(x, k, mode='constant', cval=7)", ndimage("correlate", MEANT, mode="constant", cval=7),
            kernel=MEANT, border="constant", border_value=7),
        row("ndimage.correlate(x, even k)", ndimage("correlate", EVEN), kernel=EVEN, anchor=(1, 1)),
        row("ndimage.uniform_filter(x, 3)", ndimage("uniform_filter", 3), kernel=np.full((3, 3), 1 / 9)),
        row("ndimage.gaussian_filter(x, 1)", ndimage("gaussian_filter", 1), border="symmetric", linear=True),
        row("ndimage.sobel(x, 1)", ndimage("sobel", 1), kernel=np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])),
        row("signal.convolve2d(x, k, 'same')", signal("convolve2d", MEANT, mode="same"), True,
            kernel=FLIP, flipped=True, border="zero", anchor=(2, 2)),
        row("signal.convolve2d(x, k, 'same', 'symm')", signal("convolve2d", MEANT, mode="same", boundary="symm"),
            kernel=FLIP, border="symmetric"),
        row("signal.convolve2d(x, k, 'same', 'wrap')", signal("convolve2d", MEANT, mode="same", boundary="wrap"),
            kernel=FLIP, border="wrap"),
        row("signal.convolve2d(x, k, 'valid')", signal("convolve2d", MEANT, mode="valid"), kernel=FLIP),
        row("signal.convolve2d(x, k, 'full')", signal("convolve2d", MEANT, mode="full"), kernel=FLIP, border="zero"),
        row("signal.correlate2d(x, k, 'same')", signal("correlate2d", MEANT, mode="same"), kernel=MEANT, border="zero"),
        row("ndimage.median_filter(x, 3)", ndimage("median_filter", 3), identified=False, reason="median"),
        row("ndimage.grey_erosion(x, 3)", ndimage("grey_erosion", 3), identified=False, reason="morphological"),
    ]  # fmt: skip


def _opencv() -> list[Peer]:
    parts = MEANT / 32

    def row(call: str, filter: Filter, shown: bool = False, **expected: Any) -> Peer:
        meant = parts if call.startswith("filter2D") else None
        return Peer("OpenCV", call, expected, OPENCV, "cv2", filter, meant=meant, shown=shown)

    borders = {
        "BORDER_REPLICATE": "edge", "BORDER_REFLECT": "symmetric", "BORDER_REFLECT_101": "reflect",
        "BORDER_CONSTANT": "zero",
    }  # fmt: skip
    return [
        row("filter2D(x, -1, k)", opencv("filter2D", -1, parts), True, kernel=parts, flipped=False,
            anchor=(2, 2), border="reflect", rounding="half even", overflow="clamp"),
        *[row(f"filter2D(x, -1, k, borderType={name})", opencv("filter2D", -1, parts, border=name),
              kernel=parts, border=border) for name, border in borders.items()],
        row("filter2D(x, -1, k, anchor=(0, 3))", opencv("filter2D", -1, parts, anchor=(0, 3)),
            kernel=parts, anchor=(3, 0)),
        row("filter2D(x, -1, even k)", opencv("filter2D", -1, EVEN / 16), kernel=EVEN / 16, anchor=(1, 1)),
        row("blur(x, (3, 3))", opencv("blur", (3, 3)), kernel=np.full((3, 3), 1 / 9), border="reflect"),
        row("GaussianBlur(x, (5, 5), 1)", opencv("GaussianBlur", (5, 5), 1), border="reflect", linear=True),
        row("Sobel(x, CV_64F, 1, 0)", opencv("Sobel", 6, 1, 0), kernel=np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
            border="reflect", rounding=None),
        row("Sobel(x, CV_8U, 1, 0)", opencv("Sobel", 0, 1, 0), overflow="clamp", border="reflect"),
        row("medianBlur(x, 3)", opencv("medianBlur", 3), identified=False, reason="median"),
        row("bilateralFilter(x, 5, 40, 2)", opencv("bilateralFilter", 5, 40, 2),
            identified=False, reason="edge-preserving"),
        row("equalizeHist(x)", of_planes(opencv("equalizeHist")), identified=False, reason="histogram"),
    ]  # fmt: skip


def _pillow() -> list[Peer]:
    def row(call: str, filter: Filter, shown: bool = False, **expected: Any) -> Peer:
        meant = MEANT if call.startswith("Kernel((5") else None
        return Peer("Pillow", call, expected, PILLOW, "PIL", filter, meant=meant, shown=shown)

    return [
        row("Kernel((5, 5), k)", pillow("Kernel", (5, 5), MEANT.ravel().tolist()), True,
            kernel=MEANT[::-1] / 32, border="copied", rounding="half up", overflow="clamp"),
        row("Kernel((3, 3), k)", pillow("Kernel", (3, 3), SMALL.ravel().tolist()),
            kernel=SMALL[::-1] / 16, border="copied"),
        row("Kernel((3, 3), k, scale=8, offset=3)", pillow("Kernel", (3, 3), SMALL.ravel().tolist(), 8, 3), offset=3),
        row("BoxBlur(1)", pillow("BoxBlur", 1), border="edge"),
        # Three box blurs, each with the edge's pixels beyond it and rounded by itself.  Of a radius of at most 1 that
        # is symmetric, which the next blur keeps; of a larger one the border is no rule of positions any more.
        row("GaussianBlur(1)", pillow("GaussianBlur", 1), border="symmetric", linear=True, border_indistinguishable=()),
        row("GaussianBlur(2)", pillow("GaussianBlur", 2), identified=True, border=None),
        row("MedianFilter(3)", pillow("MedianFilter", 3), identified=False, reason="median"),
        row("MinFilter(3)", pillow("MinFilter", 3), identified=False, reason="morphological"),
    ]  # fmt: skip


def _skimage() -> list[Peer]:
    def row(name: str, arguments: str, filter: Filter, shown: bool = False, **expected: Any) -> Peer:
        call_text = f"filters.{name}({arguments})"
        return Peer(
            "scikit-image", call_text, expected, SKIMAGE, "skimage", filter, depth="float", meant=None, shown=shown
        )

    return [
        row("gaussian", "x, 1", call("skimage.filters", "gaussian", 1, planes=True, preserve_range=True), True,
            border="edge", rounding=None),
        row("sobel_h", "x", call("skimage.filters", "sobel_h"), border="symmetric"),
        row("laplace", "x", call("skimage.filters", "laplace"), border="symmetric"),
        row("median", "x", call("skimage.filters", "median"), identified=False, reason="median"),
    ]  # fmt: skip


def _torch() -> list[Peer]:
    def row(arguments: str, filter: Filter, shown: bool = False, **expected: Any) -> Peer:
        call_text = f"nn.Conv2d({arguments})"
        return Peer("PyTorch", call_text, expected, TORCH, "torch", filter, depth="float", shown=shown)

    modes = {"zeros": "zero", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    return [
        *[row(f"1, 1, 5, padding=2, padding_mode={mode!r}", torch_conv2d(MEANT, mode=mode, padding=2),
              mode == "zeros", kernel=MEANT, flipped=False, anchor=(2, 2), border=border)
          for mode, border in modes.items()],
        row("1, 1, 5", torch_conv2d(MEANT), kernel=MEANT),
        row("1, 1, 5, stride=2, padding=2", torch_conv2d(MEANT, padding=2, stride=2), kernel=MEANT, stride=(2, 2)),
        row("1, 1, 2, padding='same'", torch_conv2d(EVEN, padding="same"), kernel=EVEN, anchor=(0, 0)),
    ]  # fmt: skip


def _programs() -> list[Peer]:
    def row(tool: str, program: str, typed: str, source: str, shown: bool = False, **expected: Any) -> Peer:
        words = tuple(typed.replace("K9", ROWS).split("|"))
        call_text = " ".join(words[1:]).replace(" {in}", "").replace(" {out}", "").replace("{in} ", "")
        call_text = call_text.replace(ROWS, "K").replace(MAGICK_KERNEL, "K").replace("%VIPS%", "K")
        meant = MEANT / 32 if "%VIPS%" in words else MEANT if "K" in call_text else None
        return Peer(tool, call_text, expected, source, program, None, (program, *words[1:]), meant=meant, shown=shown)

    im, gm, vips = "ImageMagick", "GraphicsMagick", "libvips"
    return [
        row(im, "convert", "x|{in}|-convolve|K9|{out}", MAGICK, True, border="edge", overflow="clamp"),
        row(im, "convert", f"x|{{in}}|-morphology|Correlate|{MAGICK_KERNEL}|{{out}}", MAGICK,
            flipped=False, border="edge"),
        row(im, "convert", f"x|{{in}}|-morphology|Convolve|{MAGICK_KERNEL}|{{out}}", MAGICK, True,
            flipped=True, border="edge"),
        row(im, "convert", "x|{in}|-blur|0x1|{out}", MAGICK, border="edge", linear=True),
        row(im, "convert", "x|{in}|-median|3|{out}", MAGICK, identified=False, reason="median"),
        row(gm, "gm", "x|convert|{in}|-convolve|K9|{out}", GRAPHICS, border="edge"),
        row(gm, "gm", "x|convert|{in}|-blur|0x1|{out}", GRAPHICS, linear=True),
        row(gm, "gm", "x|convert|{in}|-median|1|{out}", GRAPHICS, identified=False, reason="median"),
        row(vips, "vips", "x|conv|{in}|{out}|%VIPS%|--precision|float", VIPS, True,
            kernel=MEANT / 32, flipped=False, border="edge"),
        row(vips, "vips", "x|conv|{in}|{out}|%VIPS%|--precision|integer", VIPS, True,
            flipped=False, border="edge"),
        row(vips, "vips", "x|gaussblur|{in}|{out}|1", VIPS, border="edge", linear=True),
        row(vips, "vips", "x|rank|{in}|{out}|3|3|4", VIPS, identified=False, reason="median"),
    ]  # fmt: skip


def _convcli() -> list[Peer]:
    def row(arguments: str, filter: Filter, shown: bool = False, **expected: Any) -> Peer:
        meant = MEANT / 32 if "display" in arguments else MEANT
        call_text = f"correlate({arguments}" + ("" if "display" in arguments else ")")
        return Peer("convcli", call_text, expected, "convcli help", "numpy", filter, meant=meant, shown=shown)

    parts = MEANT / 32
    borders = ("edge", "zero", "symmetric", "reflect", "wrap")
    return [
        *[row(f"x, k, border={name!r}", convcli(MEANT, border=name), kernel=MEANT, flipped=False, border=name)
          for name in borders],
        row("x, k, border='constant:7'", convcli(MEANT, border="constant:7"), border="constant", border_value=7),
        row("x, k, size='valid'", convcli(MEANT, size="valid"), kernel=MEANT),
        row("x, k, size='full'", convcli(MEANT, size="full"), kernel=MEANT, border="zero"),
        row("x, k, stride=2", convcli(MEANT, stride=2), kernel=MEANT, stride=(2, 2)),
        row("x, k, stride=(3, 2)", convcli(MEANT, stride=(3, 2)), kernel=MEANT, stride=(3, 2)),
        row("x, even k", convcli(EVEN), kernel=EVEN, anchor=(1, 1)),
        row("x, k), display clip", convcli(parts, display="clip"), True, kernel=parts, border="edge",
            rounding="half even", overflow="clamp"),
        row("x, sobel), display abs", convcli(SOBEL, display="abs"), kernel=-SOBEL, overflow="magnitude, clamp"),
        row("x, k), display offset", convcli(parts - 1 / 9, display="offset"), offset=128),
        row("x, k), display stretch", convcli(parts, display="stretch"), identified=False, reason="histogram"),
    ]  # fmt: skip


def peers() -> list[Peer]:
    """All rows."""
    return [*_scipy(), *_opencv(), *_pillow(), *_skimage(), *_torch(), *_programs(), *_convcli()]
