"""A picture format is one row and its codec: whatever reads, writes, offers or names formats knows it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from convcli import images
from convcli.cli.arguments.drawings import ENCODERS, check_suffix
from convcli.errors import OptionError
from convcli.files.source import Source
from convcli.images.codec import Codec, Reading, Writing
from convcli.images.formats import FORMATS, Format, recognise
from convcli.images.picture import Picture
from tests.adding.completion import completed
from tests.command_line import convcli

MAGIC = b"TINY\0"
GREY = np.array([[10, 200, 30], [40, 50, 255]], np.uint8)


def decode(source: Source, reading: Reading) -> Picture:
    """Height, width, then the grey samples."""
    content = source.read_all(1 << 20)[len(MAGIC) :]
    pixels = np.frombuffer(content[2:], np.uint8).reshape(content[0], content[1])
    return Picture(pixels, source=source.name, format="tiny")


def shape(source: Source, reading: Reading) -> tuple[int, int, int]:
    """The same two bytes, and one channel."""
    return source.head[len(MAGIC)], source.head[len(MAGIC) + 1], 1


def encode(picture: Picture, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """As `decode` reads it."""
    stream.write(tiny(picture.pixels))
    return ("it is tiny",)


def refusal(picture: Picture) -> str | None:
    """Grey bytes only."""
    return None if picture.pixels.dtype == np.uint8 and picture.channels == 1 else "tiny holds grey bytes"


CODEC = Codec(decode, shape, encode, refusal)


def tiny(pixels: np.ndarray) -> bytes:
    """The file of a small grey picture."""
    return MAGIC + bytes(pixels.shape) + pixels.tobytes()


@pytest.fixture
def row() -> Iterator[Format]:
    """One format more, with a suffix that is read only and another name."""
    made = Format(
        "tiny", "TINY", (".tiny", ".tny", ".tn0"), f"{__name__}:CODEC", ("minute",), (MAGIC,), read_only=(".tn0",)
    )
    with FORMATS.having(made):
        yield made


def test_a_format_is_one_row_for_reading_by_content(row: Format, tmp_path: Path) -> None:
    """Whatever the file is called; its header alone gives the shape."""
    (tmp_path / "photo.jpg").write_bytes(tiny(GREY))
    picture = images.read(str(tmp_path / "photo.jpg"))
    assert (picture.pixels.tolist(), picture.format) == (GREY.tolist(), "tiny")
    assert images.shape_of(str(tmp_path / "photo.jpg")) == (2, 3, 1)


def test_text_is_tried_after_a_format_that_came_later(tmp_path: Path) -> None:
    """Any text at all is text only where no signature says more."""
    made = Format("wordy", "WORDY", (".wordy",), f"{__name__}:CODEC", begins=(b"1 wordy",))
    (tmp_path / "a").write_bytes(b"1 wordy 2")
    with FORMATS.having(made), open(tmp_path / "a", "rb") as stream:
        assert recognise(Source("a", b"1 wordy 2", stream, 9)) is made
        assert recognise(Source("a", b"1 words 2", stream, 9)).name == "text"


def test_a_format_is_one_row_for_writing(row: Format, tmp_path: Path) -> None:
    """By suffix, by `--format` to a file, a folder and a pipe; the encoder's note is said, its refusal too."""
    (tmp_path / "in.tiny").write_bytes(tiny(GREY))
    doubled = tiny(np.array([[20, 255, 60], [80, 100, 255]], np.uint8))
    for output in ("out.tny", "OUT.TINY"):
        done = convcli("apply", "in.tiny", "-k", "2", "--display", "clip", "-o", output, cwd=tmp_path)
        assert (done.code, (tmp_path / output).read_bytes()) == (0, doubled)
        assert "it is tiny" in done.err
    (tmp_path / "made").mkdir()
    options = ["-k", "2", "--display", "clip", "--format", "tiny"]
    assert convcli("apply", "in.tiny", *options, cwd=tmp_path).out == doubled
    record = convcli("apply", "in.tiny", *options, "-o", "made/", "--json", cwd=tmp_path).records[0]
    assert (record["output"]["format"], record["output"]["path"]) == ("tiny", "made/in.tiny")
    assert (tmp_path / "made" / "in.tiny").read_bytes() == doubled
    assert convcli("apply", "in.tiny", "-k", "2", "-o", "made/", "-f", cwd=tmp_path).code == 0  # the input's own suffix
    refused = convcli("apply", "sample:coffee", "-k", "1", "-o", "c.tiny", cwd=tmp_path)
    assert refused.refused(2, "tiny is not allowed; tiny holds grey bytes")
    assert convcli("apply", "in.tiny", "-k", "2", "-o", "out.tn0", cwd=tmp_path).refused(
        2, ".tn0 is no suffix that is written (did you mean .tny", ".tiny or .tny, or give"
    )


def test_a_format_is_one_row_for_options_completion_and_help(row: Format, tmp_path: Path) -> None:
    """`apply` and `show` offer it, in help, behind Tab and in their refusals."""
    np.save(tmp_path / "maps.npy", np.arange(12.0).reshape(2, 2, 3))
    for command, given in ("apply", ["1 2", "-k", "1"]), ("show", ["maps.npy"]):
        assert "|tiny]" in "".join(convcli(command, "--help").text.split()), command
        assert completed(command, "--format", "ti") == ["tiff", "tiny"]
        assert convcli(command, *given, "--format", "tinny", cwd=tmp_path).refused(
            2, "--format: tinny is not allowed; did you mean tiny?"
        )
    with pytest.raises(OptionError, match="did you mean tiny"):
        images.output_format("-", "tinny")
    assert images.output_format("-", "Minute") is row


def test_a_format_is_one_row_for_messages(row: Format, tmp_path: Path) -> None:
    """What is read, what an output ends in, and what a drawing ends in."""
    (tmp_path / "odd").write_bytes(bytes(99))
    assert convcli("apply", "odd", "-k", "1", cwd=tmp_path).refused(3, ".npy, TINY and text matrices are read")
    suffixes = ".svg, .pdf, .tiny or .tny"
    assert convcli("apply", "1 2", "-k", "1", "-o", "a.odd", cwd=tmp_path).refused(2, f"{suffixes}, or give")
    assert convcli("params", "8x8", "--kernel", "3", "-o", "a.odd", cwd=tmp_path).refused(2, suffixes)
    check_suffix("a.tiny")


def test_a_format_is_one_row_for_folders(row: Format, tmp_path: Path) -> None:
    """Its files are a folder's pictures, those that are only read as well; no longer when the row has gone."""
    for name in ("b.tn0", "a.tiny", "notes.txt", "more.csv"):
        (tmp_path / name).write_bytes(tiny(GREY))
    found = [each.path for each in images.gather([str(tmp_path)]).inputs]
    assert found == [str(tmp_path / "a.tiny"), str(tmp_path / "b.tn0")]
    (tmp_path / "bare").mkdir()
    assert convcli("apply", "bare", "-k", "1", "-o", "out/", cwd=tmp_path).refused(3, ".npy .tiny .tny .tn0)")


def test_every_list_of_formats_is_the_registry() -> None:
    """What is written is what help, the option and the message say; pictures are what `show` offers."""
    written = [row.name for row in FORMATS if row.written]
    pictures = [row.name for row in FORMATS if row.written and row.kind == "picture"]
    drawn = [*pictures, "svg", "pdf"]
    assert written == [*pictures, "npy", "text", "csv", "svg", "pdf"]
    assert set(ENCODERS) == {row.name for row in FORMATS if row.kind == "drawing"}
    assert pictures == ["png", "jpeg", "tiff", "webp", "avif", "heif", "jp2", "bmp", "gif", "ppm"]
    assert images.format_names() == written
    assert f"[{'|'.join(written)}]" in "".join(convcli("apply", "--help").text.split())
    assert f"[{'|'.join(drawn)}]" in "".join(convcli("show", "--help").text.split())
    assert completed("apply", "--format", "") == written
    assert completed("show", "--format", "") == drawn
    for row in FORMATS:
        assert (row.codec.encode is not None) == (row.written and row.kind != "drawing"), row.name
        assert set(row.read_only) | set(row.undrawn) <= set(row.suffixes), row.name


def test_commas_are_a_format_of_their_own(tmp_path: Path) -> None:
    """By hand: 0 - 5 * 100 and so on, by suffix and by `--format`, as they are and not as pixels."""
    given = ["apply", "0 100; 200 250", "-k", "1 -5"]
    assert convcli(*given, "--format", "csv").text == "0,-500\n-800,-1050\n"
    assert convcli(*given, "-o", "out.csv", cwd=tmp_path).code == 0
    assert (tmp_path / "out.csv").read_text() == "0,-500\n-800,-1050\n"
    assert convcli(*given, "--format", "csv", "--display", "abs").refused(2, "csv output holds the raw response")
    assert images.read(str(tmp_path / "out.csv")).pixels.tolist() == [[0, -500], [-800, -1050]]


def test_rows_load_no_numpy_no_pillow_and_no_codec_but_the_one_that_is_used(tmp_path: Path) -> None:
    """The rows none at all; a PNG that becomes a PNG only that of PNG."""
    code = (
        "import sys\n"
        "import convcli.images.formats\n"
        "def loaded(): return sorted(name for name in sys.modules\n"
        "    if name in ('numpy', 'PIL') or name.startswith('convcli.images.codecs.'))\n"
        "print(loaded())\n"
        "from convcli import images\n"
        "images.write(images.read(sys.argv[1]), sys.argv[2])\n"
        "print(*(name.split('.')[3] for name in loaded() if name.endswith(('.codec', 'pnm', 'jpeg', 'text'))))\n"
    )
    images.write(Picture(GREY), str(tmp_path / "a.png"))
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "a.png", tmp_path / "b.png"], capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("[]\npng\n", "")
