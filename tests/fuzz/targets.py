"""What is fuzzed: each target takes hypothesis' data, and only the tool's own errors may come out.

A target returns whether the input was taken (True) or refused (False), so that
a run can say how often it got past the first check.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st
from PIL import Image

from convcli import images
from convcli.core.correlation.correlate import correlate
from convcli.core.engines import ENGINES
from convcli.core.network.build import build_network
from convcli.core.network.language import parse_network
from convcli.errors import ConvcliError, UnknownNameError
from convcli.images import Picture
from convcli.kernels import kernels_from
from convcli.kernels.reading.kernel_file import read_kernels
from tests.command_line import convcli
from tests.images.picture_bytes import grey_tags, tiff

RNG = np.random.default_rng(18)
COLOUR = RNG.integers(0, 256, (13, 17, 3), dtype=np.uint8)
LARGEST = 1 << 18  # pixels; a mutated header may ask for a lot
ODD = "٣２½∞−,·\u00a0\u2028\ufeff\0\x1b\ud800é"


def _check_ours(error: ConvcliError, *codes: int) -> None:
    assert error.exit_code in codes, error
    assert str(error).count("\n") <= 2, error


def _mutated(text: str, data: st.DataObject, alphabet: str) -> str:
    """A text with a few characters replaced, inserted, doubled or cut."""
    characters = list(text)
    for _ in range(data.draw(st.sampled_from((0, 0, 0, 1, 1, 2, 5)))):
        place = data.draw(st.integers(0, len(characters)))
        how = data.draw(st.sampled_from(("insert", "replace", "cut", "double")))
        if how == "insert":
            characters.insert(place, data.draw(st.sampled_from(alphabet)))
        elif how == "replace":
            characters[place : place + 1] = [data.draw(st.sampled_from(alphabet))]
        elif how == "cut":
            del characters[place : place + data.draw(st.integers(1, 9))]
        else:
            characters[place:place] = characters[place : place + data.draw(st.integers(1, 9))]
    return "".join(characters)


KERNELS = (
    "0 1; 2 3", "1/9 1/9 1/9; 1 2 3", "3x3: -1,0,1 -2,0,2 -1,0,1", "2x2+1+0: 1,2 3,4", "[[1, 2], [3, 4.5e1]]",
    '{"kernel": [[1, 2]], "name": "x"}', "[[[1, 2]], [[3, 4]]]", "sobel-x", "gaussian:sigma=2", "bank:sobel",
    "gabor:theta=45,wavelength=8", "box:size=5", "1,2,3\n4,5,6\n# end\n", "-1 0 1", ".5 -2e-3; +1 1/3",
    "3 1 4 0\n1 2 1", '{"kernel": [[1, 2]], "anchor": [0, 1]}', "gaussian:sigma=2x0.5",
    "box:size=3x5",
)  # fmt: skip
KERNEL_LETTERS = "0123456789+-.eE/;,x: \t\r\n#=[]{}\"'_abknorz" + ODD


def kernel_text(data: st.DataObject) -> bool:
    """`-k` values and kernel files: weights that are finite, or one error."""
    text = _mutated(data.draw(st.sampled_from(KERNELS)), data, KERNEL_LETTERS)
    taken = False
    for read in (_from_option, _from_file):
        try:
            kernels = read(text)
        except ConvcliError as error:
            _check_ours(error, 2, 3)
        else:
            taken = True
            assert kernels
            assert all(np.isfinite(kernel.weights).all() for kernel in kernels)
            assert all(kernel.weights.ndim in (2, 3) and kernel.weights.size for kernel in kernels)
    return taken


def _from_option(text: str) -> Any:
    return kernels_from(text.lstrip("@ ") or "0")


def _from_file(text: str) -> Any:
    return read_kernels("-", io.BytesIO(text.encode("utf-8", "surrogatepass")))


NETWORKS = (
    "28x28x1 conv:6,5,pad=2 relu pool:avg,2 flatten fc:10",
    "32x32x3 conv:8,3x5,stride=2,pad=same,bias=no batchnorm relu global-pool:avg flatten fc:10",
    "9x9 local:2,3 conv:4,3,dilation=2,groups=2 dropout:rate=0.5 flatten fc:6 fc:6,name=a fc:6,share=a",
    "100 fc:30 relu fc:10",
    "9x9x2 add( conv:2,3,pad=1 relu | skip ) repeat(3, concat( conv:1,1 | pool:max,3,stride=1,pad=1 | ) crop:1)",
    "block u:f,s=1 ( conv:{f},3,stride={s},pad=tf-same silu ) 17x12 u:4 u:2,s=2 conv-transpose:3,4,stride=2,pad=1",
    "12x12 multiply( upsample:2,bilinear | conv-transpose:1,3,stride=2,output-pad=1,pad=1 ) pool:avg,2,ceil=yes",
)
NETWORK_LETTERS = "0123456789x:,=.-+ \n#()|{}abcdefgilnoprstuv" + ODD


def network_text(data: st.DataObject) -> bool:
    """Networks: whole numbers of parameters, or one error."""
    text = _mutated(data.draw(st.sampled_from(NETWORKS)), data, NETWORK_LETTERS)
    try:
        network = build_network(*parse_network(text, file=data.draw(st.sampled_from((None, "net.txt")))))
    except ConvcliError as error:
        _check_ours(error, 2, 3)
        return False
    assert network.parameters >= 0
    return True


NUMBERS = (
    "0",
    "1",
    "2",
    "3",
    "7",
    "-1",
    "1.5",
    "1e3",
    "99999999999999999999",
    "nan",
    "inf",
    "½",
    "",
    " 2",
    "1_0",
    "0x2",
)
STEPS = ("2x3", "3X1", "1x99999999999999999999", "2x0", "x2", "2x", "1x2x3")
SHAPES = ("5", "5x4", "5x4x3", "0x3", "3x", "x3", "5X4", "5,4", "5x4x3x2", "99999999999x99999999999", "2x-2", "٣x3")
OPTIONS = {
    "--padding": (*NUMBERS, "1,2,0,3", "1,2", "1,,2,3"),
    "--stride": (*NUMBERS, *STEPS),
    "--dilation": (*NUMBERS, *STEPS),
    "--anchor": ("0,0", "0,1", "1,0", "2,2", "1", "-1,0", "a,b", "0,0,0", "99999999999999999999,0"),
    "--bias": (*NUMBERS, "1,2", "1,2,3"),
    "--scale": NUMBERS,
    "--border": ("edge", "zero", "constant:3", "constant:", "reflect", "wrap", "cv:reflect", "constant:1e99", "ege"),
    "--size": ("same", "valid", "full", "half"),
    "--pool": ("max:2", "avg:1x2", "max:2,stride=1", "max:0", "min:2", "max", "max:99999999999", "max:2,pad=1"),
    "--channels": ("each", "gray", "sum", "grey"),
    "--combine": ("magnitude", "max", "sum"),
    "--normalize": ("none", "sum", "l1", "split"),
    "--precision": ("auto", "float64", "float16"),
    "--missing": (*NUMBERS, "1e308", "-1/3"),
    "--min-valid": (*NUMBERS, "0.5", "1/3"),
    "--alpha": ("weight", "separate", "keep", "drop", "none"),
}


FILLS = st.builds(
    lambda sign, digits, exponent: f"constant:{sign}{digits}e{exponent}",
    st.sampled_from(("", "-")),
    st.sampled_from(("1", "2.5", "4")),
    st.integers(-40, 40),
)
FAR_STEPS = st.builds(lambda digit, zeros: f"{digit}{'0' * zeros}", st.integers(1, 9), st.integers(0, 40))
PICTURES = ("1", "1 2;3 4", "1 2 3", "0.5;-1;2", "1 -2 3;4 5 6;7 8 9", "1e30 1;2 3", "0 0;0 1e-30", "40000 -40000")
WEIGHTS = ("1", "1 2;3 4", "0", "0 0", "0 0;0 0", "1e30 1", "1 -1", "1e-40 1e30;2 0", "1/9 1/9 1/9")
DRAWN = {"--border": FILLS, "--stride": FAR_STEPS, "--dilation": FAR_STEPS, "--padding": FAR_STEPS}


def steps(data: st.DataObject) -> bool:
    """Fills, strides, dilations and paddings of any size, zero kernels and spikes, in every command that has them."""
    picture, kernel = data.draw(st.sampled_from(PICTURES)), data.draw(st.sampled_from(WEIGHTS))
    command = data.draw(st.sampled_from(("apply", "apply", "explain", "matrix", "equivariance", "verify", "params")))
    arguments = {
        "apply": [picture, "-k", kernel, "--max-pixels", str(LARGEST)],
        "explain": [picture, "-k", kernel, "--at", "0,0"],
        "matrix": [data.draw(st.sampled_from(("3x3", "2x5x2", "1x1"))), "-k", kernel],
        "equivariance": [picture, "-k", kernel, "--max-pixels", str(LARGEST)],
        "verify": [picture, "-k", kernel],
        "params": ["28x28x1", "--kernel", "5x5"],
    }[command]
    without = {"verify": {"--stride", "--dilation", "--padding"}, "params": {"--border"}}.get(command, set())
    for option in data.draw(st.lists(st.sampled_from(sorted(set(DRAWN) - without)), max_size=3)):
        arguments += [option, data.draw(DRAWN[option])]
    done = convcli(command, *arguments)
    if done.code >= 2:
        assert done.refused(done.code)
        assert done.code in (2, 3), done
        return False
    assert done.text.strip(), done
    assert done.code == 0 or command in ("equivariance", "verify", "matrix"), done
    return True


def spikes(data: st.DataObject) -> bool:
    """Pixels and weights 80 orders of magnitude apart, by every engine: each output within its own window's bound."""
    rng = np.random.default_rng(data.draw(st.integers(0, 2**20)))
    dtype = np.dtype(data.draw(st.sampled_from((np.float32, np.float64))))
    size = data.draw(st.sampled_from(((3, 3), (7, 5), (11, 11))))
    picture, kernel = rng.random((40, 33)), rng.normal(size=size)
    for values in (picture, kernel):
        for _ in range(data.draw(st.integers(0, 3))):
            place = tuple(data.draw(st.integers(0, n - 1)) for n in values.shape)
            values[place] = 10.0 ** data.draw(st.integers(-40, 37))
    with np.errstate(over="ignore"):
        picture = picture.astype(dtype)
    taps = list(np.ndindex(*size))
    height, width = (n - k + 1 for n, k in zip(picture.shape, size, strict=True))
    windows = [picture[i : i + height, j : j + width].astype(np.longdouble) for i, j in taps]
    truth = sum(np.longdouble(kernel[tap]) * window for tap, window in zip(taps, windows, strict=True))
    scale = sum(np.longdouble(abs(kernel[tap])) * abs(window) for tap, window in zip(taps, windows, strict=True))
    for name in ENGINES.names():
        try:
            response = correlate(picture, kernel, size="valid", engine=name)
        except UnknownNameError:
            continue
        limits = np.finfo(response.dtype)
        inside = abs(truth) < float(limits.max) / 2
        share = 1e-3 if response.dtype == np.float32 else 1e-9
        error = abs(response.astype(np.longdouble) - truth)[inside]
        allowed = np.maximum(share * scale[inside], float(limits.tiny))
        assert (error <= allowed).all(), (name, float((error / allowed).max()))
    return True


def shapes(data: st.DataObject) -> bool:
    """Option texts of `apply` and `params` on small inputs: numbers, or one message and exit 2 or 3."""
    if data.draw(st.booleans()):
        arguments = ["params", data.draw(st.sampled_from(SHAPES)), "--kernel", data.draw(st.sampled_from(SHAPES))]
        for option in data.draw(
            st.lists(st.sampled_from(("--stride", "--padding", "--dilation", "--filters")), max_size=3)
        ):
            arguments += [option, data.draw(st.sampled_from(NUMBERS))]
    else:
        picture, kernel = (
            data.draw(st.sampled_from(("1", "1 2;3 4", "1 2 3", "0.5;-1;2", "1 -2 3;4 5 6;7 8 9"))) for _ in "pk"
        )
        arguments = ["apply", picture, "-k", kernel, "--max-pixels", str(LARGEST)]
        for option in data.draw(st.lists(st.sampled_from(sorted(OPTIONS)), max_size=4)):
            arguments += [option, data.draw(st.sampled_from(OPTIONS[option]))]
    done = convcli(*arguments)
    assert done.code in (0, 2, 3), done
    if done.code:
        assert done.refused(done.code)
        return False
    assert done.text.strip()
    return True


def npy_header(data: st.DataObject) -> bool:
    """Headers of .npy files with mutated text and lengths, as pictures and as kernels."""
    descr = data.draw(
        st.sampled_from(("'<f8'", "'>f4'", "'|u1'", "'<i8'", "'|b1'", "'<f2'", "'|O'", "'<c16'", "[('a','<f8')]"))
    )
    shape = data.draw(
        st.sampled_from(("(2, 3)", "(2, 3, 2)", "(6,)", "()", "(0, 3)", "(1, 1, 1, 6)", "(99999, 99999)"))
    )
    order = data.draw(st.sampled_from(("False", "True")))
    text = _mutated(
        f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n",
        data,
        "0123456789()[]{}'\",: <>=|fiubOVTrueFals-+*\n\0é",
    )
    version = data.draw(st.sampled_from((b"\1\0",) * 9 + (b"\2\0", b"\3\0", b"\xff\1")))
    length = len(text) + data.draw(st.sampled_from((0,) * 12 + (1, -1, 5, 40_000)))
    packed = struct.pack("<H" if version == b"\1\0" else "<I", max(0, length) % (1 << 16))
    content = (
        b"\x93NUMPY"
        + version
        + packed
        + text.encode("latin-1", "replace")
        + bytes(data.draw(st.sampled_from((0, 6, 12, 24, 48, 96))))
    )
    taken = False
    try:
        picture = images.read(
            "-", stdin=io.BytesIO(content), layout=data.draw(st.sampled_from(("hwc", "chw"))), max_pixels=LARGEST
        )
        taken = bool(picture.pixels.size)
    except ConvcliError as error:
        _check_ours(error, 3)
    try:
        read_kernels("-", io.BytesIO(content))
        taken = True
    except ConvcliError as error:
        _check_ours(error, 3)
    return taken


def _whole_pictures() -> dict[str, bytes]:
    made = {}
    deep = COLOUR.astype(np.uint16) * 257
    for name, picture in {"8": Picture(COLOUR), "16": Picture(deep), "grey": Picture(COLOUR[:, :, 0].copy())}.items():
        for file_format in ("png", "jpeg", "tiff", "webp", "bmp", "ppm", "npy"):
            if name == "16" and file_format in ("jpeg", "webp", "bmp"):
                continue
            stream = io.BytesIO()
            images.encode(picture, stream, file_format)
            made[f"{file_format}-{name}"] = stream.getvalue()
    image = Image.fromarray(COLOUR)
    others: dict[str, tuple[Image.Image, str, dict[str, Any]]] = {
        "gif": (image.quantize(64), "GIF", {}),
        "palette": (image.quantize(16), "PNG", {}),
        "progressive": (image, "JPEG", {"progressive": True}),
        "lzw": (image, "TIFF", {"compression": "tiff_lzw"}),
        "deflate": (image, "TIFF", {"compression": "tiff_adobe_deflate"}),
        "lossless": (image, "WEBP", {"lossless": True}),
    }
    for name, (each, plugin, options) in others.items():
        stream = io.BytesIO()
        each.save(stream, plugin, **options)
        made[name] = stream.getvalue()
    made["float64"] = tiff(grey_tags(5, 6, 64, kind=3), RNG.normal(0, 1, (5, 6)).tobytes())
    made["pfm"] = b"Pf\n5 6\n-1.0\n" + RNG.normal(0, 1, 30).astype("<f4").tobytes()
    made["plain"] = b"P3 2 2 255\n" + b"1 2 3 " * 4
    return made


WHOLE = _whole_pictures()


def picture_bytes(data: st.DataObject) -> bool:
    """Pictures with a few bytes changed, cut or repeated, read strictly and leniently."""
    content = bytearray(WHOLE[data.draw(st.sampled_from(sorted(WHOLE)))])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.one_of(st.integers(0, min(300, len(content))), st.integers(0, len(content))))
        how = data.draw(st.sampled_from(("replace", "replace", "replace", "extreme", "cut", "double")))
        if how == "replace":
            content[place : place + 1] = bytes([data.draw(st.integers(0, 255))])
        elif how == "extreme":
            content[place : place + 4] = data.draw(
                st.sampled_from((bytes(4), b"\xff" * 4, b"\x7f\xff\xff\xff", b"\0\0\0\1"))
            )
        elif how == "cut":
            del content[place : place + data.draw(st.integers(1, 50))]
        else:
            content[place:place] = content[place : place + data.draw(st.integers(1, 50))]
    taken = False
    for lenient in (False, True):
        try:
            picture = images.read("-", stdin=io.BytesIO(content), allow_truncated=lenient, max_pixels=LARGEST)
        except ConvcliError as error:
            _check_ours(error, 3)
        else:
            taken = True
            assert picture.pixels.size
            assert picture.pixels.ndim in (2, 3)
            assert picture.alpha is None or picture.alpha.shape == picture.pixels.shape[:2]
    return taken


TARGETS: dict[str, Callable[[st.DataObject], bool]] = {
    "kernel-text": kernel_text,
    "network-text": network_text,
    "shapes": shapes,
    "steps": steps,
    "spikes": spikes,
    "npy-header": npy_header,
    "picture-bytes": picture_bytes,
}
