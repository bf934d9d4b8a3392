"""`claims`, as a user runs it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcli.core.claims import by_hand
from convcli.core.claims.finding import Finding, Subject
from convcli.core.correlation.correlate import convolve
from convcli.kernels import kernel
from convcli.report.claims import claims as table
from convcli.report.claims.claims import CLAIMS, SECTIONS, try_claim
from convcli.report.language.chosen import language
from tests.command_line import convcli
from tests.core.claims.test_claims import SUBJECT

QUICK = {"nineteen", "flip", "window-shape"}  # that tests of --all go through
REFUTES = {"sharing-needed", "turn-and-zoom"}  # their commands show what goes wrong without: exit code 1
PLAIN = [claim for claim in CLAIMS if not claim.shown.startswith("convcli claims ") or " -o " not in claim.shown]


def filled(shown: str) -> str:
    """A line of the shell, about a small picture."""
    return shown.format(picture="sample:clock", kernel="emboss", size="3x3", shape="24x30")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chapter of three claims."""
    rows = [claim for claim in CLAIMS if claim.name in QUICK]
    monkeypatch.setattr("convcli.cli.commands.claims.run.CLAIMS", table.Registry("claim", rows))


def test_the_list_in_a_pipe_is_a_row_a_claim() -> None:
    """Number, name, sentence, the line that shows it, what would refute it; lines are about the default picture."""
    rows = [line.split("\t") for line in convcli("claims").text.splitlines()]
    assert rows[0] == ["number", "name", "claim", "shown by", "refuted by"]
    assert [(row[0], row[1]) for row in rows[1:]] == [(str(n + 1), claim.name) for n, claim in enumerate(CLAIMS)]
    assert len(rows) == 52
    assert rows[24][3] == "convcli claims receptive-field sample:camera -o field.png"
    assert all(re.search(r"\{\w+\}", row[3]) is None for row in rows)


def test_the_list_is_about_the_kernel_that_was_given() -> None:
    """Its text, quoted for the shell, and its size; JSON has the same."""
    records = {r["name"]: r for r in convcli("claims", "-k", "1 2; 3 4; 5 6", "--json").records}
    assert records["flip"]["shown"] == "convcli verify sample:camera -k '1 2; 3 4; 5 6' --only flip"
    assert records["kernel-reused"]["shown"] == "convcli params 512x512 --kernel 3x2"
    assert set(records["flip"]) == {"command", "number", "name", "sentence", "shown", "refuted"}


def test_on_a_terminal_the_list_has_sections() -> None:
    """Nine, each with its claims; lines that are no command are broken at the terminal's width."""
    from convcli.report.claims.text import listed_lines

    lines = "\n".join(listed_lines(SECTIONS, 60)).splitlines()
    assert [line for line in lines if line and not line.startswith(" ")] == [title for title, _ in SECTIONS]
    assert "  1  neighbours-apart: Flattened row by row, neighbours in a" in lines
    assert all(len(line) <= 60 for line in lines if "convcli" not in line)


def test_a_claim_by_its_name_or_number() -> None:
    """The same claim: what was done, the verdict with its figure, the line that shows it, what would refute it."""
    named, numbered = convcli("claims", "nineteen"), convcli("claims", "14")
    assert (named.code, numbered.code) == (0, 0)
    assert named.text == numbered.text
    assert named.text.splitlines()[0] == "14  nineteen: 0..8 with kernel 0 1; 2 3 gives 19 25; 37 43"
    assert "0·0 + 1·1 + 2·3 + 3·4 = 19, and so on to the right and down\n" in named.text
    assert "held: 19 25; 37 43\n" in named.text
    assert 'shown by: convcli apply "0 1 2; 3 4 5; 6 7 8" -k "0 1; 2 3" --size valid\n' in named.text


def test_a_claim_is_tried_on_the_picture_and_kernel_that_were_given(tmp_path: Path) -> None:
    """A clock of 24 x 30 pixels and a 2 x 3 kernel: the full convolution has 25 x 32 outputs; -q says nothing."""
    np.save(tmp_path / "a.npy", np.random.default_rng(2).integers(0, 256, (24, 30)))
    given = ("claims", "flip", "a.npy", "-k", "1 2 3; 4 5 7")
    (record,) = convcli(*given, "--json", cwd=tmp_path).records
    assert (record["holds"], record["picture"], record["kernel"]) == (True, "a.npy", "kernel")
    assert record["values"]["outputs"] == 25 * 32
    assert record["shown"] == "convcli verify a.npy -k '1 2 3; 4 5 7' --only flip"
    quiet = convcli(*given, "-q", cwd=tmp_path)
    assert (quiet.code, quiet.text, quiet.err) == (0, "", "")


def test_a_large_or_coloured_picture_is_tried_in_part_and_that_is_said() -> None:
    """Grey values, at most 512 x 512 of the middle."""
    done = convcli("claims", "window-shape", "sample:coffee")
    assert "sample:coffee: claims are tried on the 400 × 512 pixels in the middle" in done.err


@pytest.mark.usefixtures("few")
def test_all_of_them_are_a_line_each_and_a_sum() -> None:
    """Number, name, verdict, figure, seconds."""
    done = convcli("claims", "--all", "sample:clock")
    lines = done.text.splitlines()
    assert done.code == 0
    assert [line.split()[:3] for line in lines[:-1]] == [
        ["14", "nineteen", "held"],
        ["16", "window-shape", "held"],
        ["19", "flip", "held"],
    ]
    assert re.fullmatch(r"3 of 3 claims held, in [\d.]+ m?s", lines[-1])


@pytest.mark.usefixtures("few")
def test_all_as_json_is_an_object_a_claim() -> None:
    """What the claim does not look at is null."""
    records = convcli("claims", "--all", "--json", "sample:clock").records
    assert [(r["name"], r["holds"], r["picture"]) for r in records] == [
        ("nineteen", True, None),
        ("window-shape", True, "sample:clock"),
        ("flip", True, "sample:clock"),
    ]
    assert all(r["seconds"] >= 0 and r["values"] for r in records)


@pytest.mark.usefixtures("few")
def test_a_claim_that_does_not_hold_is_said_and_exits_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    """A layer that convolves gives other numbers than 19 25; 37 43; the other claims are tried all the same."""
    monkeypatch.setattr(by_hand, "correlate", convolve)
    alone = convcli("claims", "nineteen")
    assert (alone.code, "NOT held: " in alone.text) == (1, True)
    together = convcli("claims", "--all", "sample:clock")
    assert together.code == 1
    assert [line.split()[2] for line in together.text.splitlines()[:-1]] == ["NOT", "held", "held"]
    assert "2 of 3 claims held" in together.text


BAD = {
    "an unknown claim": (["nope"], 2, "no claim is called 'nope'; 'convcli claims' lists them"),
    "a number too many": (["52"], 2, "no claim is called '52'"),
    "two kernels": (["flip", "-k", "sobel-x", "-k", "box"], 2, "claims are tried with one kernel, and -k gave 2"),
    "two kernels for the list": (["-k", "bank:sobel"], 2, "claims are tried with one kernel, and -k gave 2"),
    "weights per channel": (["flip", "-k", "@deep.npy"], 2, "weights for 3 channels; claims are tried on grey values"),
    "too large a kernel": (["flip", "-k", "box:size=33"], 2, "claims are tried with kernels of at most 31 × 31"),
    "too small a picture": (["flip", "small.npy"], 2, "small.npy has 23 × 40 pixels; claims need 24 × 24"),
    "too small for the kernel": (
        ["flip", "low.npy", "-k", "box:size=21"],
        2,
        "and twice the kernel's rows and columns",
    ),
    "NaN": (["flip", "nan.npy"], 3, "nan.npy: it holds NaN or infinity; claims compare sums of finite numbers"),
    "no picture of its own": (["flip", "-o", "a.png"], 2, "flip has no picture of its own; 'convcli claims flip' says"),
    "nothing moves": (["learned-flip", "-o", "a.gif"], 2, "nothing of learned-flip moves; give .png, .svg or .pdf"),
    "a drawing of all": (["--all", "-o", "a.png"], 2, "-o draws one claim; name it instead of --all"),
    "a drawing of the list": (["-o", "a.png"], 2, "-o draws one claim; name it, as in"),
    "all and one": (["--all", "flip", "sample:clock"], 2, "--all tries every claim: leave out flip, or --all"),
    "one function": (["integral", "--functions", "box"], 2, "give two functions, as in box,exponential"),
    "an unknown function": (["integral", "--functions", "box,nonsense"], 2, "no function is called 'nonsense'"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_tried_is_refused_with_one_message(case: str, tmp_path: Path) -> None:
    """What, where, the rule; nothing is written."""
    np.save(tmp_path / "deep.npy", np.ones((1, 3, 3, 3)))
    np.save(tmp_path / "small.npy", np.ones((23, 40)))
    np.save(tmp_path / "low.npy", np.ones((40, 60)))
    np.save(tmp_path / "nan.npy", np.where(np.eye(30) > 0, np.nan, 1.0))
    options, code, said = BAD[case]
    assert convcli("claims", *options, cwd=tmp_path).refused(code, said)
    assert not list(tmp_path.glob("a.*"))


@pytest.mark.parametrize("claim", PLAIN, ids=lambda claim: claim.name)
def test_the_line_that_shows_a_claim_runs_in_an_empty_folder(claim: Any, tmp_path: Path) -> None:
    """As it stands, about a picture and a kernel: exit code 0, or 1 where it shows what goes wrong without."""
    for part in filled(claim.shown).split(" && "):
        words = [word.strip("'\"") for word in re.findall(r"\"[^\"]*\"|'[^']*'|\S+", part)]
        assert words[0] == "convcli"
        done = convcli(*words[1:], cwd=tmp_path)
        assert done.code == (claim.name in REFUTES), (part, done.err)


@pytest.mark.parametrize("claim", [row for row in CLAIMS if row not in PLAIN], ids=lambda claim: claim.name)
def test_a_line_that_draws_names_its_own_claim_and_an_end_that_it_has(claim: Any) -> None:
    """A film for .gif, a figure for .png; and what has a figure is not shown by other claims."""
    words = claim.shown.split()
    assert words[2] == claim.name
    assert claim.film if words[-1].endswith(".gif") else claim.figure


# Chinese.

NAMES = {
    "LeNet", "conv", "relu", "pool", "flatten", "fc", "convolve", "ReLU", "Sobel", "Frei", "Chen", "TensorFlow",
    "filter", "output", "input", "sum", "of", "di", "dj", "tf", "nn", "asymmetric", "GiB", "MB", "ms", "min",
    "GB", "box", "kernel", "exp", "sobel",
}  # fmt: skip
OWN_FLIP, EDGE = SUBJECT._replace(kernel=kernel("box")), SUBJECT._replace(kernel=kernel("sobel-x"))
OTHERWISE = {  # claims that say something else of other kernels, and of noise
    "layers-correlate": OWN_FLIP,
    "usually-differ": OWN_FLIP,
    "turn-and-zoom": OWN_FLIP,
    "one-orientation": EDGE,
    "near-belong-together": SUBJECT._replace(picture=np.random.default_rng(1).integers(0, 256, (40, 50))),
}


def english(words: str) -> set[str]:
    """Words of two letters and more that are no names."""
    return set(re.findall(r"[A-Za-z]{2,}", words)) - NAMES


def spoken(claim: Any, finding: Finding) -> list[str]:
    """Everything that is said of a claim."""
    return [claim.sentence, f"refuted by: {claim.refuted}", finding.figure, *finding.lines]


@pytest.mark.parametrize("claim", list(CLAIMS), ids=lambda claim: claim.name)
def test_everything_that_is_said_of_a_claim_is_chinese(claim: Any) -> None:
    """Sentence, refutation, figure and lines, of other kernels too where they differ; names and formulas stay."""
    chinese = language("zh")
    for subject in (SUBJECT, *([OTHERWISE[claim.name]] if claim.name in OTHERWISE else [])):
        for words in spoken(claim, try_claim(claim, subject)):
            assert not english(chinese.translate(words)), (words, chinese.translate(words))


@pytest.mark.parametrize("functions", ["triangle,gaussian", "gaussian,gaussian", "0 1 2,box"])
def test_functions_are_chinese_too(functions: str) -> None:
    """Their names, what they are, and how fast the error falls."""
    claim = CLAIMS.find("integral")
    first, second = functions.split(",")
    finding = try_claim(claim, Subject(SUBJECT.picture, SUBJECT.kernel, functions=(first, second)))
    for words in finding.lines:
        assert not english(language("zh").translate(words)), words


@pytest.mark.usefixtures("few")
def test_lang_makes_the_text_chinese() -> None:
    """The list, one claim and all of them; command lines stay as they are typed."""
    rows = [line.split("\t") for line in convcli("claims", "--lang", "zh").text.splitlines()]
    assert not any(english(" ".join((row[2], row[4]))) for row in rows)
    assert rows[14][3].startswith('convcli apply "0 1 2; 3 4 5; 6 7 8" -k "0 1; 2 3"')
    one = convcli("claims", "nineteen", "--lang", "zh").text
    assert '演示：convcli apply "0 1 2; 3 4 5; 6 7 8" -k "0 1; 2 3" --size valid\n' in one
    assert "成立：19 25; 37 43\n" in one
    assert "3 条论断中 3 条成立" in convcli("claims", "--all", "sample:clock", "--lang", "zh").text
    assert "held" in convcli("claims", "nineteen").text
