"""Every caption of every drawing in Chinese: what is left of English is a name, an option or a formula."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from convcli.report.drawing.canvas import Canvas
from convcli.report.language import spoken, unlettered
from tests.command_line import convcli

NAMES = {
    # Of kernels, borders, samples and moves, which options take and which are typed.
    "sobel", "emboss", "gaussian", "box", "random", "identity", "laplacian", "sample", "shapes", "camera", "sigma",
    "edge", "zero", "reflect", "wrap", "constant", "rotate", "rotation", "flip", "transpose", "anti", "scale", "max",
    "avg", "stride", "blurpool", "Sobel", "Feldman", "Gonzalez", "Woods", "png", "npy", "layer", "no", "transform",
    "pool", "dx", "dy", "size", "valid", "rgb", "weights", "sharpen", "amount", "log", "Marr", "Hildreth", "gabor",
    "Daugman", "exp", "relu", "flatten", "fc", "conv", "digits", "digit", "laws", "frei", "chen", "corner", "ne", "nw",
    "sw", "se", "bank", "Rotate", "Scale", "softmax", "logits", "Laws", "He", "Frei", "Chen", "corners", "mean",
    "threshold", "ReLU",
}  # fmt: skip
COMMANDS = [
    "explain sample:camera -k sobel-x --at 100,200",
    "explain sample:camera -k gaussian:sigma=4 --at 3,3 --convolve --border reflect",
    "explain 1.png -k @rgb.npy --filter 1 --at 0,1 --stride 2 --dilation 2x1 --padding 1,2,1,2",
    "explain sample:camera -k sobel-x --weight 0,1",
    "explain sample:camera -k emboss --weight 2,0 --convolve --border zero --stride 2",
    "params 7 --kernel 3",
    "params 30x40x3 --kernel 5 --filters 4 --stride 2",
    "params 9x9 --kernel 3 --hidden 20",
    "params 1 --kernel 1",
    "params 200 --kernel 60",
    "matrix 4x4 -k '0 1; 2 3' --size valid",
    "matrix 4x4 -k '0 1; 2 3' --layer fc",
    "matrix 6x6 -k sobel-x --layer sparse",
    "matrix 5x4 -k sobel-x --border reflect",
    "matrix 9x9 -k gaussian:sigma=2",
    "kernels sobel-x",
    "kernels emboss",
    "kernels gaussian:sigma=2",
    "kernels box",
    "kernels bank:sobel",
    "kernels bank:random:count=4,size=3,channels=3",
    "kernels bank:random:count=2,size=3,channels=5",
    "kernels bank:random:count=1,size=3,channels=20",
    "kernels @rgb.npy",
    "verify sample:shapes -k emboss",
    "verify sample:shapes -k gaussian",
    "verify sample:shapes -k sobel-x --border wrap",
    "verify 1.png -k '0 1; 2 3'",
    "equivariance sample:camera -k sobel-x --dx 2 --dy 0",
    "equivariance sample:camera -k sobel-x --dx 1 --stride 2",
    "equivariance sample:shapes -k gaussian --dx 2 --stride 2 --blurpool 3",
    "equivariance sample:shapes -k sobel-x --transform rotate:30",
    "equivariance sample:shapes -k sobel-x --transform rotate90",
    "equivariance sample:shapes -k sobel-x --transform scale:2",
    "equivariance sample:shapes -k sobel-x --dx 0.5 --fill wrap",
    "equivariance sample:shapes -k sobel-x --dx 3 --pool max:2",
    "equivariance sample:shapes -k sobel-x --dx 3 --unshared --dilation 2",
    "equivariance 1.png -k gaussian:sigma=9 --dx 3",
    "equivariance 1.png -k bank:random:count=4,size=3,channels=3 --channels sum --dx 1",
    "equivariance sample:camera -k sobel-x --sweep dx=0..2,stride=1..2",
    "learn sample:camera after.png --kernel-size 3 --descend",
    "show maps.npy",
    "run digits sample:digit-3",
    "run digits sample:digit-3 --softmax --layer conv-1",
    "equivariance sample:digit-3 --network digits --dx 0..2 --per-layer",
    "kernels bank:laws",
    "kernels bank:random",
    "explain sample:coffee -k sobel-x --at 20,30",
    "explain '1 2 3;4 5 6' -k '1 2' --at 0,0 --stride 2x1 --convolve",
    "equivariance '1 2 3 4; 5 6 7 8; 3 2 1 0' -k '0 1; 2 3' --dx 1",
    "apply sample:shapes -k sobel-x -k emboss --display signed",
    "apply 1.png -k @rgb.npy",
    "apply 1.png -k box -k @weights.txt --channels gray",
    "claims neighbours-apart small.npy",
    "claims flat-vector-blind small.npy",
    "claims nineteen small.npy",
    "claims learned-by-steps small.npy",
    "claims usually-differ small.npy",
    "claims learned-flip small.npy",
    "claims receptive-field small.npy",
    "claims local-to-global small.npy",
    "claims weight-meets-all small.npy",
    "claims two-to-the-right small.npy",
    "claims object-and-feature small.npy",
    "claims about-a-hundred small.npy",
]
FILMS = [
    "explain '0 1 2; 3 4 5; 6 7 8' -k '0 1; 2 3' --convolve --all --size valid",
    "equivariance sample:shapes -k sobel-x --dx 2 --dy 0",
    "equivariance sample:shapes -k sobel-x --transform rotate90 --stride 2",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the commands read."""
    here = tmp_path_factory.mktemp("captions")
    rng = np.random.default_rng(3)
    np.save(here / "rgb.npy", rng.normal(size=(2, 3, 3, 3)))
    np.save(here / "maps.npy", rng.normal(size=(9, 8, 5)).astype(np.float32))
    np.savetxt(here / "weights.txt", [[0, 1], [-1, 0]])
    np.save(here / "small.npy", rng.integers(0, 256, (30, 36), dtype=np.uint8))
    np.save(here / "1.npy", rng.integers(0, 256, (12, 9, 3), dtype=np.uint8))
    assert convcli("apply", str(here / "1.npy"), "-k", "identity", "-o", str(here / "1.png")).code == 0
    assert convcli("apply", "sample:camera", "-k", "emboss", "-o", str(here / "after.png")).code == 0
    return here


@pytest.fixture
def captions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every line of words that is drawn, on a machine whose fonts have all characters."""
    lines: list[str] = []
    drawn = Canvas._line

    def seen(self: Canvas, x: float, y: float, shown: str, *rest: object) -> float:
        lines.append(shown)
        return drawn(self, x, y, shown, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Canvas, "_line", seen)
    for module in (spoken, unlettered):
        monkeypatch.setattr(module, "is_lettered", lambda code: True)
    return lines


@pytest.mark.parametrize("line", [*COMMANDS, *FILMS])
def test_no_english_is_left_in_a_drawing(
    line: str, folder: Path, captions: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing but names, options and formulas."""
    import shlex

    monkeypatch.chdir(folder)
    end = "gif" if line in FILMS else "png"
    done = convcli(*shlex.split(line), "--lang", "zh", "-o", str(tmp_path / f"drawing.{end}"))
    assert "Error" not in done.err, done.err
    assert captions, line
    left = [(word, caption) for caption in captions for word in re.findall(r"[A-Za-z]{2,}", caption)]
    assert [pair for pair in left if pair[0] not in NAMES] == []


def test_english_is_what_it_was(folder: Path, captions: list[str], tmp_path: Path) -> None:
    """Without --lang no word of Chinese is drawn, nor after a command that spoke it."""
    for lang in (["--lang", "zh"], []):
        captions.clear()
        convcli("params", "7", "--kernel", "3", *lang, "-o", str(tmp_path / f"{len(lang)}.png"))
        assert any(re.search("[\u4e00-\u9fff]", caption) for caption in captions) == bool(lang)


def test_a_kernel_called_weights_keeps_its_name(
    folder: Path, captions: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of a file weights.txt, though the word is a caption elsewhere."""
    monkeypatch.chdir(folder)
    convcli("apply", "1.png", "-k", "@weights.txt", "-k", "box", "--lang", "zh", "-o", str(tmp_path / "a.png"))
    assert "weights" in captions
    captions.clear()
    convcli("kernels", "@weights.txt", "--lang", "zh", "-o", str(tmp_path / "b.png"))
    assert "weights, 2×2" in captions
    assert "权重" in captions
