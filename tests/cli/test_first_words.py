"""First words: what people type before they know the commands, and the line that they are answered with."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from PIL import Image

from convcli.kernels.catalogue.families import accepted, names, recipe, recipes
from tests.command_line import Finished, convcli


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two pictures, one in a folder of its own, and a kernel."""
    (tmp_path / "photos").mkdir()
    for name in ("photo.jpg", "my photo.png", "photos/one.png"):
        Image.new("RGB", (12, 9), (200, 30, 90)).save(tmp_path / name)
    (tmp_path / "k.txt").write_text("0 1; 2 3")
    return tmp_path


def line_of(done: Finished) -> str:
    """The line at the end of a refusal."""
    assert done.refused(2)
    return done.err.splitlines()[-1].strip()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("photo.jpg -k box", "apply photo.jpg -k box"),
        ("photo.jpg", "apply photo.jpg -k sobel-x"),
        ("photo.jpg box -o x.png", "apply photo.jpg -k box -o x.png"),
        ("'my photo.png' -k '0 1; 2 3' -o 'x y.png'", "apply 'my photo.png' -k '0 1; 2 3' -o 'x y.png'"),
        ("sample:camera -k box --stride 2", "apply sample:camera -k box --stride 2"),
        ("photos", "apply photos -k sobel-x -o out/"),
        ("'0 1 2; 3 4 5' -k '0 1' --size valid", "apply '0 1 2; 3 4 5' -k '0 1' --size valid"),
        ("sobel-x photo.jpg", "apply photo.jpg -k sobel-x"),
        ("gaussian:sigma=2 photo.jpg -o x.png", "apply photo.jpg -k gaussian:sigma=2 -o x.png"),
        ("bank:sobel photo.jpg --combine magnitude", "apply photo.jpg -k bank:sobel --combine magnitude"),
        ("@k.txt photo.jpg", "apply photo.jpg -k @k.txt"),
        ("-k box photo.jpg", "apply photo.jpg -k box"),
        ("-kbox photo.jpg", "apply photo.jpg -kbox"),
        ("--json -k box photo.jpg", "apply photo.jpg --json -k box -o out.png"),
        ("--at 3,4 photo.jpg", "explain --at 3,4 photo.jpg"),
        ("blur photo.jpg", "apply photo.jpg -k gaussian:sigma=2"),
        ("edges photo.jpg -o x.png", "apply photo.jpg -k bank:sobel --combine magnitude -o x.png"),
        ("median photo.jpg", "apply photo.jpg -k gaussian:sigma=1"),
        ("mean photo.jpg", "apply photo.jpg -k mean"),
        ("sobel-x", "kernels sobel-x"),
        ("borders", "help borders"),
        ("lenet-5", "summary lenet-5"),
        ("28x28x1 conv:6,5", "summary 28x28x1 conv:6,5"),
        ("apply photo.jpg", "apply photo.jpg -k sobel-x"),
        ("apply -k box", "apply -k box sample:camera"),
        ("params 32x32 --filters 4", "params 32x32 --filters 4 --kernel 3"),
        ("undo photo.jpg", "apply photo.jpg -k unsharp:sigma=1,amount=1"),
        ("matrix 4x4", "matrix 4x4 -k sobel-x"),
        ("verify -q", "verify -q -k sobel-x"),
        ("equivariance -q --dx 2", "equivariance -q --dx 2 -k sobel-x"),
        ("explain -q photo.jpg -k box", "explain -q photo.jpg -k box --at 0,0"),
    ],
)
def test_a_line_that_lacks_something_is_answered_with_one_that_runs(typed: str, meant: str, folder: Path) -> None:
    """Every word that was typed is kept, quoted for the shell; and the line does run."""
    line = line_of(convcli(*shlex.split(typed), cwd=folder))
    assert line == f"convcli {meant}"
    done = convcli(*shlex.split(line)[1:], cwd=folder)
    assert done.code == 0, done.err


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["aply", "photo.jpg"], "did you mean apply?"),
        (["explan"], "did you mean explain or explore?"),
        (["filter", "photo.jpg"], "did you mean apply?"),
        (["train"], "did you mean learn?"),
        (["model"], "did you mean summary?"),
        (["nonsense"], "choose from apply, check, claims, completion"),
        (["--nonsense"], "--nonsense"),
        ([""], "no command is called ''"),
        (["\x1b[31m"], r"\x1b[31m"),
    ],
)
def test_other_words_are_answered_with_commands(typed: list[str], words: str) -> None:
    """Misspelt ones, words for what commands do, and nonsense."""
    assert convcli(*typed).refused(2, words)


def test_an_alias_is_the_kernel_itself() -> None:
    """With its arguments, in capitals, in records; no alias is a name."""
    assert convcli("apply", "0 0 9 0 0", "-k", "mean:size=1x3").text == "0 3 3 3 0\n"
    (record,) = convcli("kernels", "Gauss:sigma=2", "--json").records
    assert record["name"].startswith("gaussian")
    aliases = [(alias, each) for each in recipes() for alias in each.aliases]
    assert len({alias for alias, _ in aliases}) == len(aliases)
    assert not {alias for alias, _ in aliases} & set(names())
    assert all(recipe(alias) is each for alias, each in aliases)
    assert accepted() == [*names(), *(alias for alias, _ in aliases)]


@pytest.mark.parametrize("word", ["blur", "edge", "edges", "sobel", "blurring", "sharpening", "edge-detect", "smooth"])
def test_a_plain_word_is_answered_with_two_to_four_choices(word: str) -> None:
    """Each with a word on what it gives."""
    refused = convcli("apply", "sample:camera", "-k", word)
    assert refused.refused(2, f"no kernel is called '{word}'")
    assert 2 <= refused.err.count("-k ") <= 4
    assert refused.err.count("(") == refused.err.count("-k ")


@pytest.mark.parametrize("word", ["lines", "corners", "kirsch", "laws", "frei-chen"])
def test_a_bank_without_its_bank_is_suggested(word: str) -> None:
    """And nothing else is."""
    assert convcli("apply", "sample:camera", "-k", word).refused(2, f"did you mean bank:{word}?")


def test_what_is_assumed_is_said_and_is_what_is_shown(tmp_path: Path) -> None:
    """explain takes the strongest place of an edge kernel, the middle of a blur's; verify and equivariance sobel-x."""
    flat = "\n".join(" ".join("9" if (row, column) == (4, 11) else "0" for column in range(15)) for row in range(7))
    done = convcli("explain", "-", "-k", "0 -1 3 -2 0", "--json", stdin=flat.encode())
    assert done.records[0]["at"] == [4, 11]
    assert "no --at: this is 4,11, where its response is strongest" in done.err
    flipped = convcli("explain", "-", "-k", "0 -1 0 -2 3", "--convolve", "--json", stdin=flat.encode())
    assert flipped.records[0]["at"] == [4, 13]
    middle = convcli("explain", "-", "-k", "box", "--json", stdin=flat.encode())
    assert (middle.records[0]["at"], "in the middle" in middle.err) == ([3, 7], True)
    every = convcli("explain", "0 1 2; 3 4 5; 6 7 8", "-k", "0 1; 2 3", "--size", "valid")
    assert every.text == convcli("explain", "0 1 2; 3 4 5; 6 7 8", "-k", "0 1; 2 3", "--size", "valid", "--all").text
    for command in ("verify", "equivariance", "explain"):
        bare = convcli(command, "--json")
        assert "no -k: this is sobel-x" in bare.err
        assert bare.code == 0
    done = convcli("explain", "sample:camera", "-k", "sobel-x", "-o", "walk.gif", "--json", cwd=tmp_path)
    assert done.refused(2, "--json")
    done = convcli("explain", "-o", "walk.gif", cwd=tmp_path)
    assert "no --crop: this is 224,300,8,8" in done.err
    cropped = convcli("explain", "sample:camera", "-k", "sobel-x", "--crop", "224,300,8,8", "-o", "c.gif", cwd=tmp_path)
    assert cropped.code == 0
    assert (tmp_path / "walk.gif").read_bytes() == (tmp_path / "c.gif").read_bytes()
    bare = convcli("explain")
    assert "no INPUT: this is sample:camera" in bare.err
    assert bare.text == convcli("explain", "sample:camera", "-k", "sobel-x", "--at", "228,304").text
