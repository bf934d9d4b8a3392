"""`apply` on animations and pages: every frame through the kernel, with its time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.command_line import convcli
from tests.images.moving_bytes import Picture, gif
from tests.oracles import correlate_plane

RNG = np.random.default_rng(11)
FRAMES = [RNG.integers(0, 256, (6, 9, 3), dtype=np.uint8) for _ in range(4)]
TIMES = [30, 70, 110, 250]
KERNEL = "0 1; 2 -1"
SIGNED = "1 0; 2 -3"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four frames as APNG, WebP and GIF, and as pages."""
    first, *others = (Image.fromarray(frame) for frame in FRAMES)
    options = {"save_all": True, "append_images": others, "duration": TIMES, "loop": 3}
    first.save(tmp_path / "a.png", **options)
    first.save(tmp_path / "a.webp", lossless=True, **options)
    first.save(tmp_path / "a.gif", **options)
    first.save(tmp_path / "a.tif", save_all=True, append_images=others)
    return tmp_path


def response(frame: np.ndarray, kernel: str) -> np.ndarray:
    """By the definition, channel by channel, where the kernel fits inside."""
    weights = np.array([[int(word) for word in row.split()] for row in kernel.split(";")])
    planes = [correlate_plane(frame[..., channel].astype(int), weights) for channel in range(3)]
    return np.dstack(planes).astype(float)


def clipped(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def read(path: Path) -> tuple[list[np.ndarray], list[float]]:
    with Image.open(path) as image:
        frames, times = [], []
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            frames.append(np.asarray(image.convert("RGB")))
            times.append(image.info.get("duration", 0))
    return frames, times


@pytest.mark.parametrize("name", ["a.png", "a.webp", "a.gif"])
@pytest.mark.parametrize("output", ["o.png", "o.apng", "o.webp", "o.gif", "o.tif"])
def test_every_frame_is_what_the_definition_gives(folder: Path, name: str, output: str) -> None:
    """From each format to each that holds frames; times and plays are kept, where there are any."""
    done = convcli("apply", name, "-k", KERNEL, "--size", "valid", "-o", output, "--quality", "100", cwd=folder)
    assert done.code == 0, done
    frames, times = read(folder / output)
    assert all(np.array_equal(one, clipped(response(other, KERNEL))) for one, other in zip(frames, FRAMES, strict=True))
    assert times == ([0] * 4 if output == "o.tif" else TIMES)
    assert ("how long each frame is shown is not kept" in done.err) == (output == "o.tif")
    if output != "o.tif":
        with Image.open(folder / output) as image:
            # A GIF counts repeats, which are one less: Pillow took 3 for them.
            plays = image.info["loop"] + output.endswith("gif")
            assert plays == (4 if name == "a.gif" else 3)


@pytest.mark.parametrize("display", ["auto", "signed", "stretch"])
def test_one_range_over_all_frames(folder: Path, display: str) -> None:
    """Equal responses are equal pixels in every frame: nothing flickers."""
    arguments = ["-k", SIGNED, "--size", "valid", "--display", display]
    done = convcli("apply", "a.png", *arguments, "-o", "o.png", cwd=folder)
    values = np.stack([response(frame, SIGNED) for frame in FRAMES])
    if display == "stretch":
        pixels = (values - values.min()) * 255 / (values.max() - values.min())
    else:
        pixels = values * 127 / np.abs(values).max() + 128
    assert np.abs(np.stack(read(folder / "o.png")[0]) - pixels).max() <= 0.5 + 1e-4
    assert f"responses from {values.min():g} to {values.max():g}" in done.err


@pytest.mark.parametrize("output", ["o.jpg", "o.bmp", "o.ppm", "o.npy"])
@pytest.mark.parametrize("name", ["a.gif", "a.tif"])
def test_an_output_of_one_picture_takes_the_first_and_says_so(folder: Path, name: str, output: str) -> None:
    """By default; all or several of them are refused, one can be chosen."""
    arguments = ["apply", name, "-k", "1", "-o", output]
    done = convcli(*arguments, cwd=folder)
    noun = "pages" if name == "a.tif" else "frames"
    assert f"only the first of 4 {noun} is taken: " in done.err
    assert "{frame} in -o" in done.err
    assert np.load(folder / output).shape == (6, 9, 3) if output == "o.npy" else read(folder / output)
    for asked in ("all", "1..2"):
        told = convcli(*arguments, "-f", "--frames", asked, cwd=folder)
        assert told.refused(2, "--frames", "holds one picture", ".gif", "{frame}")
    convcli(*arguments, "-f", "--frames", "2", cwd=folder)
    if output == "o.npy":
        assert np.array_equal(np.load(folder / output), FRAMES[2])
    assert convcli(*arguments, "-f", "--frames", "first", cwd=folder).err.count("only the first") == 0


def test_pages_stay_pages_and_become_an_animation_only_when_asked(folder: Path) -> None:
    """A document written as .png is its first page, with a note; --frames all makes it move."""
    convcli("apply", "a.tif", "-k", KERNEL, "--size", "valid", "-o", "o.tif", cwd=folder)
    expected = [clipped(response(frame, KERNEL)) for frame in FRAMES]
    assert all(np.array_equal(one, other) for one, other in zip(read(folder / "o.tif")[0], expected, strict=True))
    done = convcli("apply", "a.tif", "-k", "1", "-o", "o.png", cwd=folder)
    assert "only the first of 4 pages is taken; --frames all" in done.err
    assert len(read(folder / "o.png")[0]) == 1
    done = convcli("apply", "a.tif", "-k", "1", "-o", "o.png", "-f", "--frames", "1..3", cwd=folder)
    assert "each is shown for 100 ms" in done.err
    frames, times = read(folder / "o.png")
    assert (len(frames), times) == (3, [100] * 3)
    assert np.array_equal(frames[0], FRAMES[1])


def test_a_grey_stack_is_one_picture_unless_pages_are_asked_for(folder: Path) -> None:
    """Maps are filtered together; --frames takes them apart."""
    greys = [frame[..., 0] for frame in FRAMES]
    first, *others = (Image.fromarray(grey) for grey in greys)
    first.save(folder / "stack.tif", save_all=True, append_images=others)
    convcli("apply", "stack.tif", "-k", "1", "-o", "o.npy", cwd=folder)
    assert np.array_equal(np.load(folder / "o.npy"), np.dstack(greys))
    convcli("apply", "stack.tif", "-k", "1", "-o", "o.tif", "--frames", "1..2", cwd=folder)
    assert np.array_equal([frame[..., 0] for frame in read(folder / "o.tif")[0]], greys[1:3])
    convcli("apply", "stack.tif", "-k", "1", "-o", "o.gif", "--frames", "all", cwd=folder)
    assert np.array_equal([frame[..., 0] for frame in read(folder / "o.gif")[0]], greys)


def test_frames_of_what_has_no_frames(folder: Path) -> None:
    """All, the first and frame 0 of one picture are that picture; no other one is there."""
    (folder / "m.txt").write_text("1 2; 3 4")
    for name in ("m.txt", "1 2; 3 4", "sample:clock"):
        for asked in ("all", "first", "0", "0..0"):
            assert convcli("apply", name, "-k", "1", "--frames", asked, "-o", "o.png", "-f", cwd=folder).code in (0, 2)
        told = convcli("apply", name, "-k", "1", "--frames", "1", "-o", "o.npy", cwd=folder)
        assert told.refused(2, "--frames: 1", "holds one picture, which is frame 0")
    assert convcli("apply", "a.gif", "-k", "1", "--frames", "2..4", "-o", "x.gif", cwd=folder).refused(2, "frames 0..3")
    assert not (folder / "x.gif").exists()


def test_each_frame_in_a_file_of_its_own(folder: Path) -> None:
    """{frame} is the number in the file, as long as the last one's; with {kernel} too; still pictures are frame 0."""
    big = [Picture(np.full((2, 3), value)) for value in range(12)]
    (folder / "long.gif").write_bytes(gif(big, (2, 3), np.repeat(np.arange(256)[:, None], 3, axis=1)))
    done = convcli("apply", "long.gif", "-k", "1", "-o", "{stem}-{frame}.png", "--json", cwd=folder)
    names = [f"long-{number:02}.png" for number in range(12)]
    assert sorted(path.name for path in folder.glob("long-*.png")) == names
    assert [record["output"]["path"] for record in done.records] == names
    assert np.asarray(Image.open(folder / "long-07.png")).tolist() == [[7] * 3] * 2
    convcli(
        "apply",
        "a.gif",
        "-k",
        "identity",
        "-k",
        "emboss",
        "-o",
        "x-{frame}-{kernel}.npy",
        "--frames",
        "1..2",
        cwd=folder,
    )
    assert np.array_equal(np.load(folder / "x-2-identity.npy"), FRAMES[2])
    assert len(list(folder.glob("x-*"))) == 4
    convcli("apply", "sample:clock", "-k", "1", "-o", "{stem}{frame}.png", cwd=folder)
    assert (folder / "clock0.png").exists()


def test_existing_frames_are_not_replaced_and_can_be_left(folder: Path) -> None:
    """Before a frame is made; --skip-existing makes the others, -f all."""
    (folder / "o-2.png").write_bytes(b"old")
    arguments = ["apply", "a.gif", "-k", "1", "-o", "o-{frame}.png"]
    assert convcli(*arguments, cwd=folder).refused(3, "o-2.png", "-f/--force")
    assert not (folder / "o-0.png").exists()
    assert convcli(*arguments, "--skip-existing", cwd=folder).code == 0
    assert (folder / "o-2.png").read_bytes() == b"old"
    assert (folder / "o-3.png").exists()
    assert convcli(*arguments, "-f", cwd=folder).code == 0
    assert np.array_equal(read(folder / "o-2.png")[0][0], FRAMES[2])
    assert convcli("apply", "a.gif", "-k", "1", "-o", "no/such/o-{frame}.png", cwd=folder).refused(3, "the folder no ")


def test_records_count_frames_and_measure_all_of_them(folder: Path) -> None:
    """`frames` of input and output; min and max over all; one of a still picture."""
    done = convcli("apply", "a.png", "-k", "1", "--frames", "1..2", "-o", "o.png", "--json", cwd=folder)
    (record,) = done.records
    assert (record["input"]["frames"], record["output"]["frames"]) == (4, 2)
    both = np.stack(FRAMES[1:3])
    assert (record["output"]["min"], record["output"]["max"]) == (both.min(), both.max())
    (record,) = convcli("apply", "sample:clock", "-k", "1", "-o", "c.png", "--json", cwd=folder).records
    assert (record["input"]["frames"], record["output"]["frames"]) == (1, 1)


def test_what_is_not_finite_is_counted_once(folder: Path) -> None:
    """Over all frames: each NaN reaches the responses whose window holds it."""
    pages = RNG.random((3, 5, 6)).astype(np.float32)
    pages[0, 2, 2] = pages[2, 1, 1] = np.nan
    first, *others = (Image.fromarray(page) for page in pages)
    first.save(folder / "f.tif", save_all=True, append_images=others)
    done = convcli("apply", "f.tif", "-k", "1 -1", "--size", "valid", "--frames", "all", "-o", "o.gif", cwd=folder)
    assert "4 values of the response are NaN" in done.err


def test_an_animation_goes_through_pipes(folder: Path) -> None:
    """In from stdin, out to stdout, on to the next command."""
    once = convcli("apply", "-", "-k", KERNEL, "--size", "valid", stdin=(folder / "a.webp").read_bytes())
    twice = convcli("apply", "-", "-k", "1", "--format", "webp", "--quality", "100", stdin=once.out)
    (folder / "o.webp").write_bytes(twice.out)
    frames, times = read(folder / "o.webp")
    assert times == TIMES
    assert all(np.array_equal(one, clipped(response(other, KERNEL))) for one, other in zip(frames, FRAMES, strict=True))


def test_a_damaged_frame_leaves_no_file_or_those_before_it(folder: Path) -> None:
    """Exit 3 with the frame's number and the old output as it was; --allow-truncated keeps the whole ones."""
    content = bytearray((folder / "a.png").read_bytes())
    content[content.rindex(b"fdAT") + 30] ^= 1
    (folder / "bad.png").write_bytes(content)
    (folder / "o.gif").write_bytes(b"old")
    arguments = ["apply", "bad.png", "-k", "1", "-f", "-o", "o.gif"]
    assert convcli(*arguments, cwd=folder).refused(3, "bad.png, frame 3", "--allow-truncated")
    assert (folder / "o.gif").read_bytes() == b"old"
    done = convcli(*arguments, "--allow-truncated", cwd=folder)
    assert "frame 3 is damaged: it is left out, with those after it" in done.err
    frames, times = read(folder / "o.gif")
    assert (len(frames), times) == (3, TIMES[:3])
    assert not list(folder.glob(".convcli*"))


def test_hostile_animations_are_refused_before_they_are_drawn(folder: Path) -> None:
    """A few bytes that ask for a canvas of 65,535 squared, or for many large frames."""
    greys = np.repeat(np.arange(256)[:, None], 3, axis=1)
    one = np.zeros((1, 1), int)
    (folder / "wide.gif").write_bytes(gif([Picture(one)] * 2, (65_535, 65_535), greys))
    (folder / "many.gif").write_bytes(gif([Picture(one)] * 50, (6_000, 6_000), greys))
    for name in ("wide.gif", "many.gif"):
        assert convcli("apply", name, "-k", "1", "-o", "o.gif", cwd=folder).refused(3, name, "--max-pixels")
    assert convcli("apply", "wide.gif", "-k", "1", "-o", "o.jpg", cwd=folder).refused(3, "--max-pixels")
    told = convcli("apply", "a.gif", "-k", "1", "-o", "o.gif", "--max-pixels", "20", cwd=folder)
    assert told.refused(3, "a.gif", "54 pixels, more than 20")


def test_a_folder_of_animations(folder: Path) -> None:
    """Each keeps its frames; a failed one stops no other."""
    (folder / "in").mkdir()
    for name in ("a.gif", "a.webp"):
        (folder / name).rename(folder / "in" / name.replace("a", name[2:]))
    (folder / "in" / "bad.gif").write_bytes((folder / "in" / "gif.gif").read_bytes()[:-200])
    done = convcli("apply", "in", "-k", "1", "-o", "out/", cwd=folder)
    assert (done.code, "2 done, 1 failed" in done.err) == (3, True)
    assert [len(read(folder / "out" / name)[0]) for name in ("gif.gif", "webp.webp")] == [4, 4]


@pytest.mark.parametrize(
    "arguments",
    [["show"], ["verify", "-k", KERNEL], ["equivariance", "-k", KERNEL], ["explain", "-k", KERNEL, "--at", "2,3"]],
)
@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp"])
def test_other_commands_take_the_first_and_say_so(folder: Path, arguments: list[str], name: str) -> None:
    """With the number of all frames."""
    done = convcli(arguments[0], name, *arguments[1:], cwd=folder)
    assert done.code in (0, 1)
    assert f"{name}: only the first of 4 frames is read" in done.err
