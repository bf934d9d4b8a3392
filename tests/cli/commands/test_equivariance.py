"""`equivariance` as a user tries it: figures, causes, exit codes, pictures."""

import json

import numpy as np
import pytest
from PIL import Image

from convcli import images
from tests.command_line import convcli

CAMERA = ("equivariance", "sample:camera", "-k", "sobel-x")


def record(*arguments, code=0):
    """The one JSON record of a run that ends with this code."""
    done = convcli("equivariance", *arguments, "--json")
    assert done.code == code, done
    return done.records[0]


def test_a_shift_by_two_holds_inside_and_every_mismatch_is_in_the_band():
    """sobel-x, dx 2: interior error 0, two columns filled and one padded, nothing outside; the words say so."""
    found = record("sample:camera", "-k", "sobel-x", "--dx", "2", "--dy", "0")
    assert {key: found[key] for key in ("command", "transform", "dx", "dy", "holds", "panel")} == {
        "command": "equivariance",
        "transform": "shift",
        "dx": 2,
        "dy": 0,
        "holds": True,
        "panel": None,
    }
    assert found["interior"] == {"pixels": 512 * 509, "max_error": 0, "tolerance": 0, "mismatched": 0, "rms_error": 0}
    assert found["border"]["predicted_band"] == {"top": 0, "bottom": 0, "left": 2, "right": 1}
    assert (found["border"]["pixels"], found["causes"], found["remedy"]) == (3 * 512, [], None)
    # By hand: the two filled columns of g(f(x)) hold the first response, those of f(g(x)) are 0 on a flat fill;
    # at the right f(g(x)) repeats a pixel where g(f(x)) has seen the one that left.
    x = np.pad(images.read("sample:camera").pixels.astype(int), ((1, 1), (0, 0)), mode="edge")
    rows = x[:-2] + 2 * x[1:-1] + x[2:]
    filled = 2 * np.count_nonzero(rows[:, 1] - rows[:, 0])
    assert found["border"]["mismatched"] == filled + np.count_nonzero(rows[:, 510] - rows[:, 509])
    text = convcli(*CAMERA, "--dx", "2", "--dy", "0").text
    assert "holds: f(g(x)) = g(f(x)) exactly at all 260,608 places of the interior" in text
    assert "top 0, bottom 0, left 2, right 1; 1,339 of its 1,536 places differ, none outside it" in text


def test_wrapping_round_mismatches_nowhere():
    """With --border wrap --fill wrap there is no band and no mismatch; wrap is also the fill by default."""
    for more in ((), ("--fill", "wrap")):
        found = record("sample:camera", "-k", "sobel-x", "--dx", "7", "--dy", "-3", "--border", "wrap", *more)
        assert (found["border"]["pixels"], found["interior"]["mismatched"]) == (0, 0)
    other = record("sample:camera", "-k", "sobel-x", "--dx", "7", "--border", "wrap", "--fill", "zero")
    assert other["border"]["mismatched"] > 0


def test_the_stride_phase_is_named():
    """--stride 2 --dx 1 ends with 1 and names the phase; by 2 it holds, and the output moves by 1."""
    broken = record("sample:camera", "-k", "sobel-x", "--dx", "1", "--stride", "2", code=1)
    assert [(cause["name"], cause["without"], cause["holds"]) for cause in broken["causes"]] == [
        ("stride phase", "--stride 1", True)
    ]
    assert broken["output_shift"] == {"dx": 0.5, "dy": 0}
    held = record("sample:camera", "-k", "sobel-x", "--dx", "2", "--stride", "2")
    assert (held["output_shift"], held["interior"]["max_error"]) == ({"dx": 1, "dy": 0}, 0)


def test_pooling_breaks_it_and_blurpool_says_by_what_factor_it_helps():
    """--pool max:2 --dx 1 ends with 1; with --blurpool 3 the error is lower, by the factor that is reported."""
    plain = record("sample:camera", "-k", "sobel-x", "--dx", "1", "--pool", "max:2", code=1)
    assert plain["causes"][0]["name"] == "pooling"
    blurred = record("sample:camera", "-k", "sobel-x", "--dx", "1", "--pool", "max:2", "--blurpool", "3", code=1)
    before, after = plain["interior"]["max_error"], blurred["interior"]["max_error"]
    assert after < before
    assert blurred["remedy"]["factor"] == plain["remedy"]["factor"] == pytest.approx(before / after)
    text = convcli(*CAMERA, "--dx", "1", "--pool", "max:2", "--blurpool", "3").text
    assert f"takes the largest error from {before:.3g}" in text
    assert f"{before / after:.3g} times smaller" in text


def test_unshared_weights_end_with_1_and_the_seed_decides():
    """A locally connected layer: nearly every place differs, the same for the same seed."""
    one, again, other = (
        record("sample:camera", "-k", "sobel-x", "--dx", "1", "--unshared", *seed, code=1)
        for seed in ((), ("--seed", "0"), ("--seed", "9"))
    )
    assert one["causes"][0]["name"] == "unshared weights"
    assert one["interior"] == again["interior"] != other["interior"]


@pytest.mark.parametrize(("kernel", "code"), [("laplacian", 0), ("gaussian", 0), ("box", 0), ("sobel-x", 1)])
def test_a_quarter_turn_holds_for_kernels_that_have_it(kernel, code):
    """rotate90: 0 for laplacian, gaussian and box, 1 for sobel-x."""
    found = record("-k", kernel, "--transform", "rotate90", code=code)
    assert (found["transform"], found["dx"], found["dy"]) == ("rotate90", None, None)
    assert found["border"]["pixels"] == 0


def test_a_mirror_reports_that_sobel_changes_sign():
    """flip-x: the one route is the negative of the other; the eight symmetries stand in a table with their proof."""
    done = convcli("equivariance", "-k", "sobel-x", "--transform", "flip-x")
    assert done.code == 1
    assert "sobel-x changes sign under flip-x: f(g(x)) = -g(f(x))" in done.text
    assert "the kernel has 2 of the eight symmetries of the square: identity, flip-y" in done.text
    rows = {line.split("\t")[0]: line.split("\t")[1:3] for line in done.text.splitlines() if line.count("\t") == 3}
    assert rows["flip-x"] == rows["rotate180"] == ["changes sign", "changes sign"]
    assert rows["flip-y"] == ["yes", "holds"]
    assert rows["rotate90"] == ["no", "does not hold"]


def test_an_arbitrary_rotation_ends_with_1():
    """rotate:30 for sobel-x; rotate:0 is no rotation and holds."""
    assert record("-k", "sobel-x", "--transform", "rotate:30", code=1)["causes"][0]["name"] == "rotation"
    assert record("-k", "sobel-x", "--transform", "rotate:0")["holds"]
    assert record("-k", "sobel-x", "--transform", "scale:1.5", code=1)["causes"][0]["name"] == "scaling"


def test_literals_colour_and_16_bits():
    """Any input: a matrix, a colour picture with a bank, a 16-bit picture rounded to its own range."""
    assert record("0 1 2; 3 4 5; 6 7 8", "-k", "0 1; 2 3", "--dx", "1")["interior"]["pixels"] == 9
    assert record("sample:coffee", "-k", "bank:sobel", "--dy", "-2")["kernels"] == ["sobel-x", "sobel-y"]


def test_sixteen_bits_are_clipped_at_their_own_top(tmp_path):
    """--quantize keeps 16-bit values above 255."""
    np.save(tmp_path / "wide.npy", np.random.default_rng(0).integers(0, 65536, (20, 20), dtype=np.uint16))
    found = record(tmp_path / "wide.npy", "-k", "box", "--dx", "0.5", "--quantize", code=1)
    assert found["interior"]["max_error"] < 3
    assert "rounding" in {cause["name"] for cause in found["causes"]}


def test_each_option_changes_the_result():
    """No option is accepted and forgotten."""
    base = ("sample:camera", "-k", "sobel-x", "--dx", "0.5", "--dy", "1", "--stride", "2", "--json")
    seen = {convcli("equivariance", *base).text}
    for more in (
        ("--dx", "0.25"),
        ("--dy", "-1"),
        ("--fill", "zero"),
        ("--border", "reflect"),
        ("--size", "valid"),
        ("--padding", "3"),
        ("--stride", "3"),
        ("--dilation", "2"),
        ("--pool", "avg:2"),
        ("--blurpool", "3"),
        ("--quantize",),
        ("--unshared",),
        ("--precision", "float64"),
    ):
        seen.add(convcli("equivariance", *base, *more).text)
    assert len(seen) == 14
    colour = [
        convcli("equivariance", "sample:coffee", *base[1:], "--channels", c).text for c in ("each", "gray", "sum")
    ]
    assert len(set(colour)) == 3


def test_quiet_is_silent_and_the_exit_code_speaks():
    """-q prints nothing at all: fit for `if convcli equivariance ... -q`."""
    held, broken = convcli(*CAMERA, "-q"), convcli(*CAMERA, "--stride", "2", "-q")
    assert (held.code, held.out, held.err) == (0, b"", "")
    assert (broken.code, broken.out, broken.err) == (1, b"", "")


# Sweeps


def test_a_sweep_is_a_grid_of_where_it_holds():
    """Strides 1 to 3 against shifts 0 to 4: it holds at the multiples; the remedy stands beside the rest."""
    done = convcli(*CAMERA, "--sweep", "dx=0..4,stride=1..3")
    rows = [line.split("\t") for line in done.text.splitlines() if not line.startswith("#")]
    assert done.code == 1
    assert rows[0] == ["stride", "dx 0", "dx 1", "dx 2", "dx 3", "dx 4"]
    for stride, *cells in rows[1:]:
        assert [cell == "holds" for cell in cells] == [dx % int(stride) == 0 for dx in range(5)]
        assert all(cell == "holds" or " -> " in cell for cell in cells)


def test_a_sweep_as_json_has_a_line_for_each_run():
    """One object a run, with what was set; the remedy's taps follow --blurpool."""
    arguments = ("--sweep", "dx=1..2,stride=2,border=edge,wrap", "--blurpool", "5", "--json")
    done = convcli(*CAMERA, *arguments)
    assert [(r["dx"], r["sweep"]["border"], r["holds"]) for r in done.records] == [
        (1, "edge", False),
        (1, "wrap", False),
        (2, "edge", True),
        (2, "wrap", True),
    ]
    assert done.records[0]["remedy"]["blurpool"] == 5
    assert done.records[3]["remedy"] is None


@pytest.mark.parametrize(
    ("sweep", "code", "last"),
    [
        ("transform=all,kernel=box,laplacian", 0, "holds"),
        ("pool=none,max:2,fill=edge,zero", 0, "-"),
        ("quantize=all,unshared=no", 0, "holds"),
        ("size=all,channels=all,precision=all", 0, "holds"),
        ("seed=1..2,dilation=1..2", 1, None),
        ("blurpool=none,3,stride=1..2", 1, "holds"),
        ("padding=0..1,dy=1", 0, "holds"),
    ],
)
def test_any_of_the_options_can_be_swept(sweep, code, last):
    """Numbers, names, flags and kernels: each makes a grid."""
    text = "sample:camera" if "kernel" in sweep else "3 1 4 1 5; 9 2 6 5 3; 5 8 9 7 9; 3 2 3 8 4; 6 2 6 4 3"
    kernel = () if "kernel" in sweep else ("-k", "1 2; 3 5")
    done = convcli("equivariance", text, *kernel, "--sweep", sweep)
    assert done.code == code, done
    assert last is None or done.text.splitlines()[2].split("\t")[-1] == last


def test_one_swept_option_is_a_table_with_a_line_for_each_run():
    """Columns for the value, whether it holds, both figures, and what the low-pass leaves."""
    done = convcli(*CAMERA, "--sweep", "stride=1..2", "--dx", "1")
    assert done.text.splitlines()[1:3] == [
        "stride\tholds\tinterior error\tborder mismatches\twith low-pass",
        "1\tyes\t0\t" + done.text.splitlines()[2].split("\t")[3] + "\t",
    ]
    assert done.text.splitlines()[3].startswith("2\tno\t733\t")


# Pictures


def test_the_panel_shows_it(tmp_path):
    """A panel of about 1200 pixels, named on stderr and in the record; refused when it exists."""
    panel = tmp_path / "panel.png"
    found = record("sample:camera", "-k", "sobel-x", "--dx", "2", "-o", panel)
    assert found["panel"] == str(panel)
    with Image.open(panel) as drawn:
        assert 1150 <= drawn.width <= 1200
    assert convcli(*CAMERA, "-o", panel).refused(3, "exists", "--force")
    done = convcli(*CAMERA, "-o", panel, "-f")
    assert (done.code, "panel.png: " in done.err) == (0, True)


def test_a_panel_goes_into_a_pipe_alone():
    """-o - writes PNG and nothing else to stdout."""
    done = convcli("equivariance", "1 2 3; 4 5 6", "-k", "1 1", "-o", "-")
    assert done.out.startswith(b"\x89PNG")
    assert done.err == ""


@pytest.mark.parametrize("suffix", ["gif", "webp", "apng"])
def test_a_walk_moves_step_by_step(tmp_path, suffix):
    """Frames from the picture as it is; a short shift is repeated as far as the picture goes."""
    walk = tmp_path / f"walk.{suffix}"
    done = convcli("equivariance", "3 1 4 1 5; 9 2 6 5 3; 5 8 9 7 9", "-k", "1 2 4", "--dx", "2", "-o", walk)
    assert (done.code, "3 frames" in done.err) == (0, True)
    with Image.open(walk) as drawn:
        assert drawn.n_frames == 3


def test_the_heat_map_of_a_sweep(tmp_path):
    """-o draws the grid as a picture; a moving one is refused."""
    done = convcli(*CAMERA, "--sweep", "dx=0..2,stride=1..2", "-o", tmp_path / "map.png")
    assert (done.code, (tmp_path / "map.png").exists()) == (1, True)
    assert convcli(*CAMERA, "--sweep", "dx=0..2", "-o", tmp_path / "map.gif").refused(2, "a still picture", ".png")


# Bad input


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--dx", "512"), ("--dx", "512", "512 pixels wide")),
        (("--dy", "-512"), ("--dy", "-512", "512 pixels high")),
        (("--transform", "rotate:thirty"), ("--transform", "rotate:thirty", "number of degrees", "rotate:30")),
        (("--transform", "rotate:nan"), ("number of degrees",)),
        (("--transform", "rotate:"), ("number of degrees",)),
        (("--transform", "rotate90:2"), ("rotate90:2", "did you mean rotate90")),
        (("--transform", "scale:0"), ("--transform", "1/64 to 64")),
        (("--transform", "scale:-2"), ("1/64 to 64",)),
        (("--transform", "spin"), ("spin", "flip-x", "rotate:DEG")),
        (("--transform", "flip-x", "--dx", "1"), ("--transform", "--dx", "one of them")),
        (("--transform", "flip-x", "--fill", "zero"), ("--fill", "vacates no pixel")),
        (("--seed", "4"), ("--seed", "--unshared")),
        (("--blurpool", "3"), ("--blurpool", "--stride", "--pool")),
        (("--blurpool", "1"), ("--blurpool", "from 2 to 64")),
        (("--pool", "min:2"), ("min", "max", "avg")),
        (("--dx", "nan"), ("--dx", "nan", "finite")),
        (("--sweep", "dx=0..100,dy=0..100"), ("--sweep", "10,201 runs", "10,000")),
        (("--sweep", "colour=1"), ("colour", "stride")),
        (("--sweep", "border=egde"), ("egde", "edge")),
        (("--sweep", "quantize=maybe"), ("maybe", "no, yes")),
        (("--sweep", "transform=spin"), ("spin",)),
        (("--sweep", "stride=0..3"), ("stride", "0", "at least 1")),
        (("--sweep", "kernel=box"), ("-k", "kernel")),
        (("--sweep", "dx=600"), ("--dx", "600", "512 pixels wide")),
        (("--json", "-o", "-"), ("--json", "stdout")),
        (("-o", "panel.xyz"), ("-o", "panel.xyz", ".png")),
        (("--fill", "green"), ("green", "edge")),
        (("--size", "valid", "--padding", "2"), ("--size", "--padding")),
    ],
)
def test_wrong_usage_is_refused_by_value_and_rule(arguments, words):
    """One message of at most three lines, exit 2."""
    assert convcli(*CAMERA, *arguments).refused(2, *words)


def test_a_turn_of_an_oblong_picture_with_a_stride_is_refused():
    """The shape would change, and with it the rows that the stride meets."""
    done = convcli("equivariance", "sample:coffee", "-k", "box", "--transform", "rotate90", "--stride", "2")
    assert done.refused(2, "rotate90", "400 × 600", "--stride")


def test_no_kernel_and_no_file():
    """Where nothing may be said, a kernel is needed (2); an input that is not there is a file problem (3)."""
    assert convcli("equivariance", "-q").refused(2, "-k", "convcli equivariance -q -k sobel-x")
    assert convcli("equivariance", "missing.png", "-k", "box").refused(3, "missing.png")


def test_a_kernel_may_come_from_stdin():
    """-k @- reads it once, in a sweep too."""
    done = convcli("equivariance", "-k", "@-", "--sweep", "dx=1..2", "--json", stdin=b"1 2\n3 4\n")
    assert [json.loads(line)["holds"] for line in done.text.splitlines()] == [True, True]


def test_help_begins_with_examples():
    """Examples come first, and the exit code is explained."""
    text = convcli("equivariance", "--help").text
    assert text.index("Examples:") < text.index("Compare f(g(x))") < text.index("Exit code 0")


def test_an_empty_interior_is_said():
    """Where padding or fill reach every place there is nothing to compare, and the words say so."""
    done = convcli("equivariance", "1 2 3", "-k", "1 2 4", "--dx", "2")
    assert (done.code, "nothing to compare" in done.text) == (0, True)
    swept = convcli("equivariance", "1 2 3", "-k", "1 2 4", "--sweep", "dx=1..2,border=edge,zero")
    assert swept.text.splitlines()[2] == "edge\tholds\t-"
    assert "holds in 3 of 4 runs" in swept.text


def test_symmetries_that_have_no_common_shape_are_said():
    """A row kernel under --size valid: its quarter turns give outputs of other shapes, which the table says."""
    picture = "3 1 4 1 5; 9 2 6 5 3; 5 8 9 7 9; 3 2 3 8 4"
    done = convcli("equivariance", picture, "-k", "1 2 1", "--size", "valid", "--transform", "flip-x")
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in done.text.splitlines() if line.count("\t") == 3}
    assert done.code == 0
    assert rows["rotate90"] == ["no", "the two routes have different shapes", ""]
    assert rows["flip-x"] == ["yes", "holds", "0"]


def test_several_causes_are_told_apart():
    """Stride and pooling at once: each alone leaves an error, and the words say that both are needed."""
    done = convcli(*CAMERA, "--dx", "1", "--stride", "2", "--pool", "max:2", "--quantize")
    assert "the causes: it holds without them" in done.text
    assert "part of it" in done.text
