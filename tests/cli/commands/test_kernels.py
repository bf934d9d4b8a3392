"""`kernels` lists the catalogue, shows a kernel, and says how other tools do the same."""

import re

import cv2
import numpy as np
import pytest

from convcli.core.border import border
from convcli.core.kernel.kernel import Kernel
from convcli.errors import UnknownNameError, UsageError
from convcli.kernels import banks, kernel, names, recipes
from convcli.report.kernels.catalogue import catalogue_lines
from convcli.report.kernels.snippets import TOOLS, snippet
from tests import command_line
from tests.command_line import convcli


@pytest.mark.parametrize(
    ("tool", "rule", "words"),
    [
        (
            "torch",
            "symmetric",
            "torch has no border symmetric (c b a | a b c d | d c b); it can do edge, zero, reflect",
        ),
        ("magick", "reflect", "ImageMagick has no border reflect"),
        ("vips", "reflect", "vips has no border reflect"),
        ("magick", "constant:70000", "cannot fill with 70000; its colours go from 0 to 65535"),
        ("magick", "constant:-1", "cannot fill with -1"),
    ],
)
def test_what_a_tool_cannot_do_is_said(tool, rule, words):
    """A border that a tool lacks is refused by name, with what it can do."""
    assert convcli("kernels", "sobel-x", "--emit", tool, "--border", rule).refused(2, words)


def test_snippets_are_for_plain_kernels():
    """Weights per channel, and tools nobody knows, are refused."""
    with pytest.raises(UsageError, match="weights for 2 channels"):
        snippet(Kernel("deep", np.ones((2, 1, 1))), "numpy", border("edge"))
    with pytest.raises(UnknownNameError, match="choose from magick, scipy"):
        snippet(kernel("sobel-x"), "halide", border("edge"))
    assert convcli("kernels", "sobel-x", "--emit", "scpy").refused(
        2, "--emit: scpy is not allowed; did you mean scipy?"
    )
    assert all(snippet(kernel("sobel-x"), tool, border("zero")).endswith("\n") for tool in TOOLS)


def test_the_list_is_the_catalogue():
    """Piped, the list is one tab-separated line per kernel and bank, headings first."""
    lines = convcli("kernels").text.splitlines()
    assert lines[0].split("\t") == ["name", "family", "size", "arguments", "positive response", "source"]
    assert [line.split("\t")[0] for line in lines[1:]] == names()
    assert "gaussian\tsmoothing\t7x7\tsigma=1, size=auto\t" in "\n".join(lines)
    assert any(line.startswith("bank:kirsch\tbanks\t8 of 3x3\t") for line in lines)


def test_the_list_as_json():
    """One object per kernel, with the fields of its entry."""
    records = convcli("kernels", "--json").records
    assert len(records) == len(recipes()) + len(banks())
    assert records[2]["name"] == "gaussian"
    assert {"command", "name", "family", "size", "arguments", "about", "source"} == set(records[0])


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_a_terminal_gets_a_line_a_kernel_under_its_family(width):
    """Name, size and what it answers to; what does not fit is cut between words, with an ellipsis."""
    from convcli.cli.commands.kernels.listing import listed

    families = catalogue_lines(listed(), width)
    lines = [line for lines in families.values() for line in lines]
    assert list(families)[0::4] == ["smoothing", "banks"]
    assert [line.split()[0] for line in lines] == names()
    assert max(map(len, lines)) <= width
    abouts = {entry.name: entry.about for entry in listed()}
    for line in lines:
        kept = line.split(None, 2)[2].partition("  ")[2].strip() or line.rpartition("  ")[2]
        whole = abouts[line.split()[0]]
        assert kept == whole or (kept.endswith("…") and whole.startswith(kept[:-1]))
        assert kept == whole or not whole[len(kept) - 1].isalpha()  # never inside a word


def test_one_kernel_is_shown():
    """Its numbers and properties, in words that are true of Sobel's kernel."""
    text = convcli("kernels", "sobel-x").text
    assert "sobel-x, 3x3, for correlation\npositive where brightness rises to the right\n" in text
    assert "-1  0  1\n-2  0  2\n-1  0  1\n" in text
    rows = dict(line.split("\t") for line in text.splitlines() if "\t" in line)
    assert rows["sum = DC gain"] == "0: a constant picture gives 0"
    assert rows["L1, L2 norm"] == "8, 3.4641"
    assert rows["column × row"] == "[1 2 1] × [-1 0 1]"
    assert (rows["unchanged by"], rows["negated by"]) == ("flip-y", "rotate180, flip-x")
    assert rows["convolution"] == "the negative of correlation"
    assert rows["zero-crossing"] == "no"
    assert rows["largest gain"] == "8 near (0.25, 0) cycles per pixel (x, y)"
    plan = (
        r"\w+ in int16, \d threads?, about [0-9.e+]+ ms \(beside \w+ [0-9.e+]+ ms.*\), for 1,000 × 1,000 8-bit pixels"
    )
    assert re.fullmatch(plan, rows["plan"])
    assert re.fullmatch(plan, convcli("kernels", "sobel-x", "--json").records[0]["plan"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("laplacian", ("the same as correlation", "rank\t2\n", "yes: the response changes sign")),
        (
            "gaussian:sigma=3",
            ("1: a constant picture keeps its value", "... 4 more columns, 4 more rows: --json prints all", " ... "),
        ),
        ("1 2; 3 5", ("kernel, 2x2", "differs from correlation", "unchanged by\tnothing", "sum = DC gain\t11\n")),
        ("-1 0 1", ("kernel, 1x3", "-1  0  1")),
    ],
)
def test_other_kernels_are_shown(text, words):
    """Large kernels, the user's own, and those that begin with a minus sign are shown as well."""
    done = convcli("kernels", text)
    assert done.code == 0
    assert all(word in done.text for word in words), done.text


def test_a_kernel_from_a_file_is_not_the_catalogues(tmp_path):
    """A file that happens to be called like a catalogued kernel gets none of its words."""
    (tmp_path / "sobel-x.txt").write_text("1 2 3")
    text = convcli("kernels", "@sobel-x.txt", cwd=tmp_path).text
    assert text.startswith("sobel-x, 1x3, for correlation\n\n1 2 3\n")


def test_a_terminal_gets_tables_and_pictures(monkeypatch):
    """In a terminal the families are drawn one by one, and a kernel comes with its signs and its spectrum."""
    monkeypatch.setattr(command_line._Stream, "isatty", lambda stream: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    listed = convcli("kernels").text
    assert all(family in listed for family in ("\x1b[1msmoothing\x1b", "banks\x1b"))
    assert "\n  box       3x3  the plain mean of the rectangle\n" in listed
    shown = convcli("kernels", "-1 0 3; -4 0 1").text
    assert "\n--..##\n==..++\n" in shown
    shown = convcli("kernels", "sobel-x").text
    spectrum = shown.partition("white the largest gain:\n")[2].splitlines()
    assert len(spectrum) == 16
    assert (spectrum[8][8], spectrum[8][15], spectrum[8][23]) == ("@", " ", "@")


def test_one_kernel_as_json():
    """The record holds the numbers and every property."""
    (record,) = convcli("kernels", "difference-y", "--json").records
    assert record["kernel"] == [[-1], [0], [1]]
    assert (record["sum"], record["l1"], record["rank"], record["zero_crossing"]) == (0, 2, 1, False)
    assert record["factors"] == {"column": [-1, 0, 1], "row": [1]}
    assert record["symmetries"] == ["identity", "flip-x"]
    assert record["peak"] == {"gain": 2, "frequency": [0, 0.25]}
    assert [r["name"] for r in convcli("kernels", "bank:sobel", "--json").records] == ["sobel-x", "sobel-y"]


@pytest.mark.parametrize("text", ["roberts-x", "gaussian:sigma=2", "1 2 3 4 5 6 7 8 9 10 11 12", "0"])
def test_the_figure(tmp_path, text):
    """-o draws the kernel in signed colours beside its frequency response."""
    done = convcli("kernels", text, "-o", "k.png", cwd=tmp_path)
    assert (done.code, "k.png: 840 × " in done.err) == (0, True)
    picture = cv2.imread(str(tmp_path / "k.png"))
    assert picture.shape[1] == 840
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 20


def test_the_figures_colours_stand_where_the_weights_do(tmp_path):
    """Red cells are positive and blue ones negative, in the kernel's own places."""
    convcli("kernels", "2 -1; 0 1", "-o", "k.png", cwd=tmp_path)
    picture = cv2.imread(str(tmp_path / "k.png"))[:, :420].astype(int)
    blue, red = picture[..., 0] - picture[..., 2] > 40, picture[..., 2] - picture[..., 0] > 40
    (blue_row, blue_column), (red_row, red_column) = (np.argwhere(mask).mean(axis=0) for mask in (blue, red))
    assert blue_column > red_column
    assert blue_row < red_row


def test_a_bank_is_drawn_as_a_sheet(tmp_path):
    """-o of a bank is a sheet of its kernels; on stdout it is a PNG and nothing else."""
    assert convcli("kernels", "bank:kirsch", "-o", "bank.png", cwd=tmp_path).code == 0
    assert cv2.imread(str(tmp_path / "bank.png")).shape[1] > 400
    piped = convcli("kernels", "bank:kirsch", "-o", "-")
    assert cv2.imdecode(np.frombuffer(piped.out, np.uint8), cv2.IMREAD_COLOR) is not None


def test_what_is_refused(tmp_path):
    """Names nobody knows, options that need a kernel, and outputs that cannot be are refused."""
    np.save(tmp_path / "deep.npy", np.ones((1, 2, 3, 3)))
    assert convcli("kernels", "sobelx").refused(2, "did you mean")
    assert convcli("kernels", "--emit", "scipy").refused(2, "--emit needs a kernel")
    assert convcli("kernels", "-o", "x.png", cwd=tmp_path).refused(2, "-o needs a kernel")
    assert convcli("kernels", "sobel-x", "--emit", "scipy", "--json").refused(2, "leave out --json")
    assert convcli("kernels", "sobel-x", "-o", "-", "--json").refused(2, "--json")
    assert convcli("kernels", "@deep.npy", "--emit", "scipy", cwd=tmp_path).refused(2, "weights for 2 channels")
    assert convcli("kernels", "--kernel-layout", "hwcf").refused(2, "--kernel-layout needs a kernel")
    assert convcli("kernels", "sobel-x", "-o", "no/x.png", cwd=tmp_path).refused(3, "no")
    assert list(tmp_path.iterdir()) == [tmp_path / "deep.npy"]
