"""What a display clips is said, with what shows it: each number by hand, in pictures, batches, animations, sheets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convcli.core.display.colormap import colormap
from tests.command_line import convcli

STEPS = np.repeat(np.arange(100), 2).reshape(10, 20).astype(np.uint8)  # 0 to 99, twice each


def said(folder: Path, samples: Any, *arguments: str, output: str = "out.png") -> tuple[str, dict[str, float]]:
    """The hint, or "", and the record's shares."""
    if np.asarray(samples).dtype in (np.uint8, np.uint16):
        Image.fromarray(samples).save(folder / "in.png")
        name = "in.png"
    else:
        np.save(folder / "in.npy", samples)
        name = "in.npy"
    done = convcli("apply", name, *arguments, "-f", "--json", "-o", output, cwd=folder)
    assert done.code == 0, done.err
    lines = [line for line in done.err.splitlines() if "clipped" in line]
    assert len(lines) <= 1
    (record,) = done.records
    return "".join(lines), record["output"]["clipped"]


CASES: dict[str, tuple[tuple[str, ...], str, tuple[float, float]]] = {
    # v - 50 is below zero for 0 to 49
    "below": (("-k", "1", "--bias", "-50"), "50 % of the responses are clipped to black: --display signed", (0.5, 0)),
    # v - 10 for 0 to 9: few, so that no grey is given up for them
    "fringes": (
        ("-k", "1", "--bias", "-10"),
        "10 % of the responses are clipped to black: --display stretch",
        (0.1, 0),
    ),
    # v + 200 beyond 255 for 56 to 99
    "above": (("-k", "1", "--bias", "200"), "44 % of the responses are clipped to white: --display stretch", (0, 0.44)),
    # 20 v - 200: below 0 for 0 to 9, beyond 255 for 23 to 99
    "both": (
        ("-k", "20", "--bias", "-200"),
        "10 % of the responses are clipped to black and 77 % to white",
        (0.1, 0.77),
    ),
    "all": (("-k", "1", "--bias", "300"), "all responses are clipped to white: --display stretch", (0, 1)),
    "one in a hundred": (("-k", "1", "--bias", "-1"), "", (0.01, 0)),
    "two in a hundred": (("-k", "1", "--bias", "-2"), "2.0 % of the responses are clipped to black", (0.02, 0)),
    # v + 128 + 100: beyond 255 for 28 to 99
    "offset": (
        ("-k", "1", "--bias", "100", "--display", "offset"),
        "72 % of the responses are clipped to white: --display signed",
        (0, 0.72),
    ),
    # |v - 300| beyond 255 for 0 to 44
    "abs": (
        ("-k", "1", "--bias", "-300", "--display", "abs"),
        "45 % of the responses are clipped to white: --display magnitude",
        (0, 0.45),
    ),
    "signed": (("-k", "20", "--bias", "-200", "--display", "signed"), "", (0, 0)),
    "stretch": (("-k", "20", "--bias", "-200", "--display", "stretch"), "", (0, 0)),
    "magnitude": (("-k", "20", "--bias", "-200", "--display", "magnitude"), "", (0, 0)),
}


@pytest.mark.parametrize("name", CASES)
def test_the_share_of_each_end_is_said_with_what_to_type(name: str, tmp_path: Path) -> None:
    """The display that is named, typed as it is named, clips nothing."""
    arguments, words, (black, white) = CASES[name]
    hint, shares = said(tmp_path, STEPS, *arguments)
    assert shares == {"black": black, "white": white}
    assert words in hint
    assert bool(hint) == bool(words)
    if words:
        display = hint.split("--display ")[1].split()[0]
        kept = arguments[: arguments.index("--display")] if "--display" in arguments else arguments
        assert said(tmp_path, STEPS, *kept, "--display", display)[1] == {"black": 0, "white": 0}


@pytest.mark.parametrize("dtype", ["u1", "u2", "i2", "i4", "i8", "f4", "f8"])
def test_every_kind_of_samples_gets_it(dtype: str, tmp_path: Path) -> None:
    """Whole numbers and floats: v - 50 for 0 to 99, half of them below black; 16-bit PNG stays 16-bit."""
    hint, shares = said(tmp_path, STEPS.astype(dtype), "-k", "1", "--bias", "-50")
    assert (
        hint == "hint: 50 % of the responses are clipped to black: --display signed shows them all, with 0 as mid-grey"
    )
    assert shares == {"black": 0.5, "white": 0.0}


@pytest.mark.parametrize("dtype", ["u2", "i4", "f8"])
def test_whole_pictures_that_came_out_white_are_said(dtype: str, tmp_path: Path) -> None:
    """Heights and counts in arrays, all beyond 255, as PNG of 8 bits; 16-bit samples have their own white."""
    np.save(tmp_path / "in.npy", STEPS.astype(dtype) + np.array(1000, dtype))
    done = convcli("apply", "in.npy", "-k", "1", "--format", "png", "-o", "out.png", cwd=tmp_path)
    with Image.open(tmp_path / "out.png") as picture:
        white = bool((np.asarray(picture) == 255).all())
    assert ("all responses are clipped to white: --display stretch" in done.err) == white == (dtype != "u2")


@pytest.mark.parametrize("arguments", [("-k", "box"), ("--colormap", "gray"), ("--colormap", "viridis")])
def test_sixteen_bits_have_their_white_on_sheets_and_in_colours_too(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """v * 255 / 65535, rounded, and nothing is clipped: on a sheet, and through a colour map."""
    ramp = np.linspace(0, 65535, 40 * 60).reshape(40, 60).round().astype(np.uint16)
    assert said(tmp_path, ramp, "-k", "1", *arguments) == ("", {"black": 0, "white": 0})
    levels = np.rint(ramp / 257).astype(np.uint8)
    with Image.open(tmp_path / "out.png") as picture:
        made = np.asarray(picture.convert("RGB"))
    if arguments[0] == "-k":
        first = made[:, : made.shape[1] // 2]
        assert {tuple(colour) for colour in np.repeat(levels.reshape(-1, 1), 3, axis=1)} <= set(
            map(tuple, first.reshape(-1, 3))
        )
    else:
        assert np.array_equal(made, colormap(arguments[1])[levels])


def test_raw_responses_are_clipped_nowhere(tmp_path: Path) -> None:
    """A record says so, too."""
    for output in ("out.npy", "out.tiff"):
        raw = ("--display", "raw") if output.endswith("tiff") else ()
        assert said(tmp_path, STEPS, "-k", "-3", *raw, output=output) == ("", {"black": 0, "white": 0})


def test_colours_are_counted_value_by_value(tmp_path: Path) -> None:
    """Red + 100 is beyond white for 60 of 60 pixels, green for none, blue for half of them: a half of all values."""
    colours = np.zeros((6, 10, 3), np.uint8)
    colours[..., 0], colours[:3, :, 2] = 200, 200
    hint, shares = said(tmp_path, colours, "-k", "1", "--bias", "100")
    assert shares == {"black": 0, "white": 0.5}
    assert "50 % of the responses are clipped to white" in hint


def test_an_animation_counts_all_of_its_frames(tmp_path: Path) -> None:
    """Two frames of 0 to 99 and two of 0: v - 50 is below black for half of the first two and all of the others."""
    frames = [Image.fromarray(np.asarray(part)) for part in (STEPS, STEPS[::-1].copy(), STEPS * 0, STEPS * 0 + 1)]
    frames[0].save(tmp_path / "in.png", save_all=True, append_images=frames[1:], duration=50)
    done = convcli("apply", "in.png", "-k", "1", "--bias", "-50", "--json", "-o", "out.png", cwd=tmp_path)
    assert done.records[0]["output"]["clipped"] == {"black": 0.75, "white": 0}
    assert "hint: 75 % of the responses are clipped to black" in done.err


def test_a_batch_says_of_how_many_it_is_true(tmp_path: Path) -> None:
    """Two of three pictures are clipped; the shares are those of the first; JSON has them for each."""
    (tmp_path / "in").mkdir()
    for number, samples in enumerate((STEPS * 0 + 100, STEPS, STEPS * 0)):
        Image.fromarray(samples).save(tmp_path / "in" / f"{number}.png")
    done = convcli("apply", "in", "-k", "1", "--bias", "-50", "--json", "-o", "out", cwd=tmp_path)
    assert "hint (2 of 3): 50 % of the responses are clipped to black" in done.err
    assert [record["output"]["clipped"]["black"] for record in done.records] == [0, 0.5, 1]


def test_one_display_a_sheet_and_where_they_differ_it_is_said(tmp_path: Path) -> None:
    """A hundred random kernels; edges beside photographs, by name; many of them, by number."""
    Image.fromarray(STEPS).save(tmp_path / "in.png")

    def closing(*arguments: str) -> str:
        return convcli("apply", "in.png", *arguments, "-f", "-o", "out.png", cwd=tmp_path).err.splitlines()[0]

    assert closing("-k", "bank:random").startswith("display: signed (mid-grey is 0); responses from -")
    assert closing("-k", "bank:gabor").startswith("display: signed (mid-grey is 0)")
    assert closing("-k", "gabor").startswith("display: signed (mid-grey is 0)")
    mixed = closing("-k", "identity", "-k", "sobel-x", "-k", "box")
    assert mixed.startswith("display: clip for identity and box, signed for sobel-x; responses from ")
    assert closing("-k", "bank:sobel-compass", "-k", "box").startswith("display: signed for 8 kernels, clip for box;")


def test_a_magnitude_goes_from_black_at_zero_to_white_at_the_largest(tmp_path: Path) -> None:
    """sqrt(x^2 + y^2) * 255 / max, to the level, by a plain loop; one kernel of one alone as well; raw in .npy."""
    picture = np.random.default_rng(2).integers(0, 256, (9, 12)).astype(np.uint8)
    Image.fromarray(picture).save(tmp_path / "in.png")
    done = convcli("apply", "in.png", "-k", "1 0 -1", "-k", "1; 0; -1", "--combine", "magnitude", "-o", "out.png",
                   cwd=tmp_path)  # fmt: skip
    assert "display: magnitude (0 is black, the largest is white); responses from " in done.err
    padded = np.pad(picture.astype(float), 1, mode="edge")
    strength = np.hypot(padded[1:-1, :-2] - padded[1:-1, 2:], padded[:-2, 1:-1] - padded[2:, 1:-1])
    with Image.open(tmp_path / "out.png") as made:
        np.testing.assert_allclose(np.asarray(made), strength * 255 / strength.max(), atol=0.501)
    convcli("apply", "in.png", "-k", "1 0 -1", "-k", "1; 0; -1", "--combine", "magnitude", "-o", "o.npy", cwd=tmp_path)
    np.testing.assert_allclose(np.load(tmp_path / "o.npy"), strength, rtol=1e-6)


def test_a_magnitude_that_is_nowhere_zero_is_nowhere_black(tmp_path: Path) -> None:
    """Black is no edge, and not the weakest one: of responses from 40 to 80 the weakest is mid-grey."""
    np.save(tmp_path / "in.npy", np.array([[40.0, 60.0, 80.0]]))
    convcli("apply", "in.npy", "-k", "1", "-k", "0", "--combine", "magnitude", "--format", "png", "-o", "o.png",
            cwd=tmp_path)  # fmt: skip
    with Image.open(tmp_path / "o.png") as made:
        assert np.asarray(made).tolist() == [[128, 191, 255]]


def test_show_counts_and_says_as_well(tmp_path: Path) -> None:
    """Two maps of 0 to 99 and one of 300: as they are, a third is beyond white; by itself, show clips nothing."""
    stack = np.dstack([STEPS, STEPS, STEPS * 0 + 300.0])
    np.save(tmp_path / "in.npy", stack)
    clipped = convcli("show", "in.npy", "--display", "clip", "--json", "-o", "o.png", cwd=tmp_path)
    assert clipped.records[0]["output"]["clipped"] == {"black": 0, "white": pytest.approx(1 / 3, abs=1e-6)}
    assert "hint: 33 % of the values are clipped to white: --display stretch shows them all" in clipped.err
    done = convcli("show", "in.npy", "-f", "-o", "o.png", cwd=tmp_path)
    assert "display: magnitude (0 is black, the largest is white)" in done.err
    assert "hint" not in done.err


def test_a_strong_map_that_leaves_the_others_grey_is_said(tmp_path: Path) -> None:
    """Two of three differences span 1 % of the third: that is said, but not where each has a scale of its own."""
    Image.fromarray(STEPS).save(tmp_path / "in.png")
    lone = ("-k", "1 0; 0 -1", "-k", "-1 0; 0 1", "-k", "100 0; 0 -100")

    def hints(*arguments: str) -> list[str]:
        done = convcli("apply", "in.png", *arguments, "--border", "zero", "-f", "-o", "out.png", cwd=tmp_path)
        return [line for line in done.err.splitlines() if "hint" in line]

    assert hints(*lone) == [
        "hint: half of the maps stay within 1.0 % of the scale that all share: --sheet-scale each gives each its own"
    ]
    assert hints(*lone, "--sheet-scale", "each") == []
    assert hints(*lone[:4]) == []
    assert hints(*lone[4:]) == []
