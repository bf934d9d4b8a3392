"""Damaged and hostile files give one clear error, never grey rows, a traceback or a flood of memory."""

from __future__ import annotations

import contextlib
import io
import struct
import subprocess
import sys
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from convcli import images
from convcli.errors import InputError, KernelTextError
from convcli.images import Picture
from tests.images.picture_bytes import chunk, grey_tags, png, tiff

RNG = np.random.default_rng(4)
COLOUR = RNG.integers(1, 255, (60, 80, 3), dtype=np.uint8)
ROWS = b"".join(b"\0" + row.tobytes() for row in COLOUR)
SIZE = (60, 80)


def saved(fmt: str, **options: object) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(COLOUR).save(stream, fmt, **options)
    return stream.getvalue()


WHOLE = {
    "png": saved("PNG"),
    "jpeg": saved("JPEG"),
    "tiff": saved("TIFF"),
    "tiff-lzw": saved("TIFF", compression="tiff_lzw"),
    "tiff-jpeg": saved("TIFF", compression="jpeg"),
    "webp": saved("WEBP"),
    "bmp": saved("BMP"),
    "gif": saved("GIF", interlace=0),
    "ppm": saved("PPM"),
}


def refusal(content: bytes, tmp_path: Path, **options: object) -> str:
    path = tmp_path / "bad.bin"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        images.read(str(path), **options)  # type: ignore[arg-type]
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    assert caught.value.exit_code == 3
    return message


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.9, 0.998])
def test_a_file_cut_short_is_an_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, part: float
) -> None:
    """Wherever a file is cut, reading it fails by name, and no library writes to stderr."""
    content = WHOLE[name]
    refusal(content[: int(len(content) * part)], tmp_path)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("name", ["png", "jpeg", "tiff", "gif", "ppm", "bmp"])
def test_allow_truncated_keeps_the_rows_that_are_there(tmp_path: Path, name: str) -> None:
    """With allow_truncated the first rows equal those of the whole file."""
    content = WHOLE[name]
    (tmp_path / "whole").write_bytes(content)
    (tmp_path / "half").write_bytes(content[: int(len(content) * 0.7)])
    whole = images.read(str(tmp_path / "whole")).pixels
    half = images.read(str(tmp_path / "half"), allow_truncated=True).pixels
    first = slice(40, 60) if name == "bmp" else slice(0, 20)  # BMP begins at the bottom
    assert half.shape == whole.shape
    assert np.array_equal(half[first], whole[first])
    assert not np.array_equal(half, whole)


@pytest.mark.parametrize("after", [b"", chunk(b"IDAT", b""), chunk(b"IDAT", b"more" * 9)])
@pytest.mark.parametrize(("depth", "row_bytes"), [(8, 241), (16, 481)])
@pytest.mark.parametrize("ending", [0, 7, -1])
def test_png_whose_data_ends_early_is_an_error(
    tmp_path: Path, after: bytes, depth: int, row_bytes: int, ending: int
) -> None:
    """Valid checksums do not hide that rows are missing, whether the data ends between two rows or within one."""
    refusal(png(ROWS[: row_bytes * 20 + ending], SIZE, depth, 2, after=after), tmp_path)


def test_palette_png_whose_data_ends_early_is_an_error(tmp_path: Path) -> None:
    """Missing palette indices would all look like colour 0, which need not be black."""
    palette = chunk(b"PLTE", bytes([200, 100, 50, 1, 2, 3]))
    refusal(png(bytes(9 * 4), (6, 8), 8, 3, before=palette), tmp_path)
    refusal(png(b"\0\xff" * 4, (6, 8), 1, 0), tmp_path)


def test_interlaced_png_is_checked_too(tmp_path: Path) -> None:
    """Of Adam7's seven passes the last may not be missing."""
    width, height = 5, 3
    lengths = [1 * (1 + 1), 1 * (1 + 1), 0, 1 * (1 + 2), 1 * (1 + 3), 2 * (1 + 2), 1 * (1 + 5)]  # passes of 5 x 3
    whole = png(bytes(sum(lengths)), (height, width), 8, 0, interlaced=1)
    (tmp_path / "whole.png").write_bytes(whole)
    assert images.read(str(tmp_path / "whole.png")).pixels.tolist() == [[0] * 5] * 3
    for passes in range(7):
        refusal(png(bytes(sum(lengths[:passes])), (height, width), 8, 0, interlaced=1), tmp_path)


def test_black_pictures_are_whole(tmp_path: Path) -> None:
    """Zeros in the last row are no sign of damage by themselves."""
    for depth, row in ((1, 2), (8, 10), (16, 20)):
        (tmp_path / "black.png").write_bytes(png(bytes(7 * (1 + row)), (7, 10), depth, 0)) if depth > 1 else (
            tmp_path / "black.png"
        ).write_bytes(png(bytes(7 * 3), (7, 10), 1, 0))
        assert not images.read(str(tmp_path / "black.png")).pixels.any()


@pytest.mark.parametrize("kind", [b"IDAT", b"IHDR", b"PLTE"])
def test_png_with_a_wrong_checksum_is_an_error(tmp_path: Path, kind: bytes) -> None:
    """One flipped bit in the checksum of a chunk that decides pixels is noticed."""
    content = bytearray(png(np.array([[0]], np.uint8), (1, 1), 8, 3, before=chunk(b"PLTE", b"\1\2\3")))
    at = content.index(kind)
    (length,) = struct.unpack(">I", content[at - 4 : at])
    content[at + 4 + length] ^= 1
    assert f"its {kind.decode()} chunk has a wrong checksum" in refusal(bytes(content), tmp_path)


def _many_pages() -> bytes:
    entry = tiff(grey_tags(1, 1, 8), b"\0")[8:]
    pages = b"".join(entry[:-5] + struct.pack("<I", 8 + (n + 1) * (len(entry) - 1)) for n in range(3000))
    return b"II*\0\x08\0\0\0" + pages


def _bombs() -> Iterator[tuple[str, bytes]]:
    black = bytes(9 * 6)
    yield "png header", png(b"", (50_000, 50_000), 8, 2)
    yield "png profile", png(black, (6, 8), 8, 0, before=chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(200 << 20))))
    text = chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(1 << 20)))
    yield "png texts", png(black, (6, 8), 8, 0, before=text * 300)
    yield "png chunks", png(black, (6, 8), 8, 0, before=chunk(b"tEXt", b"a\0b") * 3000)
    yield "tiff pages", _many_pages()
    yield "tiff size", tiff({**grey_tags(1, 1, 8), 256: (4, (2**31,)), 257: (4, (2**31,)), 278: (4, (2**31,))}, b"\0")
    yield "bmp size", b"BM" + bytes(8) + struct.pack("<IIiiHHIIiiII", 54, 40, 40_000, 40_000, 1, 24, 0, 0, 1, 1, 0, 0)
    yield (
        "gif size",
        b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0x80, 0, 0) + bytes(6) + b",\0\0\0\0\xff\xff\xff\xff\0\2\0;",
    )
    yield "webp size", b"RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xfe\x3f\0" * 2 + bytes(30)
    yield "ppm size", b"P6 99999 99999 255\n"
    yield (
        "jpeg size",
        b"\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\3\1\x11\0\2\x11\0\3\x11\0\xff\xda\0\x0c\3\1\0\2\0\3\0\0\x3f\0",
    )
    yield (
        "npy size",
        b"\x93NUMPY\1\0\x46\0{'descr': '<f8', 'fortran_order': False, 'shape': (9000, 9000)}".ljust(80) + b"\n",
    )


def test_bombs_cost_neither_time_nor_memory(tmp_path: Path) -> None:
    """Every bomb is refused, or read without what is one, within 2 s and 200 MB beyond the imports, in a process."""
    for name, content in _bombs():
        (tmp_path / f"{name}.bin").write_bytes(content)
    code = """
import glob, resource, sys, time
from convcli import images
from convcli.errors import InputError
from PIL import Image, TiffImagePlugin, WebPImagePlugin, GifImagePlugin, BmpImagePlugin, JpegImagePlugin, MpoImagePlugin
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sorted(glob.glob(sys.argv[1] + "/*.bin")):
    start = time.process_time()
    try:
        said = images.read(path).notes
    except InputError as error:
        said = (str(error),)
    if said:
        print(path, time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, sep="|")
"""
    result = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    lines = [line.split("|") for line in result.stdout.splitlines()]
    assert len(lines) == len(list(_bombs()))
    for path, seconds, kilobytes in lines:
        assert float(seconds) < 2, path
        assert int(kilobytes) < 200 << 10, path


@pytest.mark.parametrize("limit", [4799, 4800])
def test_max_pixels_is_a_limit(tmp_path: Path, limit: int) -> None:
    """A picture of exactly max_pixels is read; one more is refused, in every format."""
    for name, content in {**WHOLE, "text": b"\n".join([b"1 " * 80] * 60)}.items():
        (tmp_path / name).write_bytes(content)
        if limit == 4800:
            assert images.read(str(tmp_path / name), max_pixels=limit).pixels.shape[:2] == SIZE
        else:
            assert "60 × 80 = 4,800" in refusal(content, tmp_path, max_pixels=limit)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "PostScript"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"\n<html><body>404</body></html>", "web page"),
        (b"PK\x03\x04rest", "npz"),
        (b"\x80\x04\x95rest", "pickle"),
        (b"\0\0\0\x1cftypavif", "AVIF"),
        (bytes(1000), "not recognised"),
        (b"\x93\x01\x02", "not recognised"),
        (b"once upon a time", "neither a picture"),
        (b"1 2 \xff\xfe 3" * 2000, "not recognised"),
        (b"1 2 3\n" * 1000 + b"\xff", "not UTF-8"),
    ],
)
def test_foreign_content_is_refused_by_name(tmp_path: Path, content: bytes, reason: str) -> None:
    """Content decides, whatever the suffix; nothing is handed to a helper program."""
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    with pytest.raises(InputError, match=reason):
        images.read(str(path))


def test_looping_pages_end(tmp_path: Path) -> None:
    """A TIFF whose last page points at the first has one page."""
    content = bytearray(tiff(grey_tags(60, 80, 8), COLOUR[:, :, 0].tobytes()))
    after = 8 + 2 + 12 * 10
    content[after : after + 4] = struct.pack("<I", 8)
    (tmp_path / "loop.tiff").write_bytes(content)
    assert np.array_equal(images.read(str(tmp_path / "loop.tiff")).pixels, COLOUR[:, :, 0])


def _retagged(content: bytes, tag: int, count: int) -> bytes:
    changed = bytearray(content)
    (start,) = struct.unpack_from("<I", changed, 4)
    (entries,) = struct.unpack_from("<H", changed, start)
    for place in range(start + 2, start + 2 + 12 * entries, 12):
        if struct.unpack_from("<H", changed, place)[0] == tag:
            struct.pack_into("<I", changed, place + 4, count)
    return bytes(changed)


@pytest.mark.parametrize("kind", ["u1", "f4"])
def test_missing_strips_are_an_error(tmp_path: Path, kind: str) -> None:
    """A TIFF that lists fewer strips than its rows need is refused, not filled with black."""
    pixels = RNG.integers(1, 255, (3000, 800)).astype(kind)
    stream = io.BytesIO()
    images.encode(Picture(pixels), stream, "tiff")
    content = stream.getvalue()
    content = _retagged(_retagged(content, 273, 2), 279, 2)
    assert "strips are missing" in refusal(content, tmp_path)


def test_plain_tiff_cut_short_is_an_error(tmp_path: Path) -> None:
    """float64 rows that the file does not hold are missed."""
    content = tiff(grey_tags(5, 7, 64, kind=3), bytes(5 * 7 * 8))
    refusal(content[:-9], tmp_path)
    refusal(tiff(grey_tags(5, 7, 64, kind=3), bytes(5 * 7 * 8 - 8)), tmp_path)


@pytest.mark.parametrize("field", [258, 262, 259, 277, 339])
@pytest.mark.parametrize("value", [0, 3, 7, 65535])
def test_senseless_tiff_tags_are_refused_or_read(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], field: int, value: int
) -> None:
    """Any value of a tag gives pixels of the promised size or one error, and nothing is logged."""
    (tmp_path / "odd.tiff").write_bytes(tiff({**grey_tags(5, 7, 8), field: (3, (value,))}, bytes(35)))
    with contextlib.suppress(InputError):
        assert images.read(str(tmp_path / "odd.tiff")).pixels.shape[:2] == (5, 7)
    assert capfd.readouterr() == ("", "")


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.data())
def test_mutated_pictures_raise_only_our_errors(data: st.DataObject) -> None:
    """Whatever bytes of a picture change, the answer is a picture or an InputError."""
    content = bytearray(data.draw(st.sampled_from(list(WHOLE.values()))))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.one_of(st.integers(0, min(200, len(content) - 1)), st.integers(0, len(content) - 1)))
        content[place] = data.draw(st.integers(0, 255))
    for lenient in (False, True):
        with contextlib.suppress(InputError, KernelTextError):
            picture = images.read("-", stdin=io.BytesIO(content), allow_truncated=lenient, max_pixels=1 << 20)
            assert picture.pixels.size > 0


def test_warnings_stay_inside(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    """Pillow's remarks on broken EXIF do not reach the caller, and its own filters come back."""
    filters = list(warnings.filters)
    content = WHOLE["jpeg"]
    exif = b"Exif\0\0II*\0\x08\0\0\0\x09\0\x0f\x01\x02\0\xff\xff\0\0\xff\xff\xff\0"
    broken = content[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + content[2:]
    (tmp_path / "exif.jpg").write_bytes(broken)
    images.read(str(tmp_path / "exif.jpg"))
    assert len(recwarn) == 0
    assert list(warnings.filters) == filters


def test_memory_of_a_large_photograph(tmp_path: Path) -> None:
    """12 megapixels of JPEG cost Pillow's 48 MB and the array's 36 MB, and nothing like a third copy."""
    rows = np.add.outer(np.arange(3000), np.arange(4000)) // 28
    Image.fromarray(np.dstack([rows, rows[::-1], rows]).astype(np.uint8)).save(tmp_path / "large.jpg")
    code = """
import resource, sys
from convcli import images
from PIL import Image, JpegImagePlugin, MpoImagePlugin
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
images.read(sys.argv[1])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    arguments = [sys.executable, "-c", code, str(tmp_path / "large.jpg")]
    result = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert int(result.stdout) < 95 * 1024


@pytest.mark.parametrize("missing", [-30, -14, -8])
def test_png_without_its_end_is_cut_short(tmp_path: Path, missing: int) -> None:
    """All rows may be there: without the chunks that follow the file is not whole, and can be read leniently."""
    content = png(ROWS, SIZE, 8, 2)
    assert "cut short" in refusal(content[:missing], tmp_path)
    picture = images.read(str(tmp_path / "bad.bin"), allow_truncated=True)
    assert np.array_equal(picture.pixels[:40], COLOUR[:40])


def test_png_of_too_many_pieces_is_refused(tmp_path: Path) -> None:
    """A hundred thousand empty pieces of image data are no picture."""
    assert "many chunks" in refusal(png(ROWS, SIZE, 8, 2, after=chunk(b"IDAT", b"") * 100_000), tmp_path)


@pytest.mark.parametrize("place", range(8))
def test_webp_headers_are_measured(place: int) -> None:
    """The canvas of extended, lossless and lossy WebP is read from the header itself."""
    from convcli.images.codecs.webp.codec import canvas

    width, height = 300 + 700 * place, 16_000 - place
    extended = (
        b"VP8X" + b"\x0a\0\0\0" + bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    )
    lossless = b"VP8L" + bytes(4) + b"\x2f" + ((width - 1) | (height - 1) << 14).to_bytes(4, "little") + bytes(5)
    lossy = b"VP8 " + bytes(4) + bytes(6) + width.to_bytes(2, "little") + height.to_bytes(2, "little")
    for head in (extended, lossless, lossy):
        assert canvas(b"RIFF\0\0\0\0WEBP" + head) == (width, height)
    assert canvas(b"RIFF\0\0\0\0WEBPVP8X") is None
    assert canvas(b"RIFF\0\0\0\0WEBPJUNK" + bytes(20)) is None


@pytest.mark.parametrize(("fmt", "options"), [("WEBP", {"lossless": True}), ("WEBP", {}), ("PNG", {}), ("GIF", {})])
def test_canvas_agrees_with_real_files(tmp_path: Path, fmt: str, options: dict[str, bool]) -> None:
    """Real encoders' headers give the limits that decoding would: 4799 pixels refuse a 60 x 80 picture."""
    assert "60 × 80" in refusal(saved(fmt, **options), tmp_path, max_pixels=4799)


def test_memory_that_is_not_there_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MemoryError while decoding or allocating names the file."""

    def exhausted(*arguments: object, **options: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(np, "empty", exhausted)
        assert "memory" in refusal(WHOLE["png"], tmp_path)
    stream = io.BytesIO()
    np.save(stream, np.ones((3, 3)))
    monkeypatch.setattr(np, "zeros", exhausted)
    assert "memory" in refusal(stream.getvalue(), tmp_path)


def test_endless_pages_are_bounded_in_samples(tmp_path: Path) -> None:
    """The pages of a stack together may not exceed three times max_pixels."""
    stream = io.BytesIO()
    images.encode(Picture(np.zeros((10, 10, 4), np.uint8)), stream, "tiff")
    assert "4 pages" in refusal(stream.getvalue(), tmp_path, max_pixels=100)
    assert images.read(str(tmp_path / "bad.bin"), max_pixels=134).channels == 4


def test_lenient_readers_may_overlap(tmp_path: Path) -> None:
    """Threads that read strictly and leniently at once do not disturb each other's warnings filters."""
    from concurrent.futures import ThreadPoolExecutor

    (tmp_path / "whole").write_bytes(WHOLE["jpeg"])
    filters = list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        read = list(
            pool.map(lambda lenient: images.read(str(tmp_path / "whole"), allow_truncated=lenient), [0, 1] * 20)
        )
    assert all(np.array_equal(picture.pixels, read[0].pixels) for picture in read)
    assert list(warnings.filters) == filters
