"""Work and memory follow what is given, not what it claims: large and lying inputs end soon, in one message."""

from __future__ import annotations

import json
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.command_line import convcli
from tests.reliability.warm import Warm

MEGA = 1 << 20
ROW = b"0,"
Peak = Callable[..., tuple[int, int]]


def header(shape: tuple[int, ...], descr: str = "<f4") -> bytes:
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


KERNELS: dict[str, Callable[[], bytes]] = {
    "row.json": lambda: b"[[" + ROW * (8 * MEGA - 4) + b"0]]",
    "column.json": lambda: b"[" + b"[0]," * (4 * MEGA - 2) + b"[0]]",
    "flat.json": lambda: b"[" + ROW * (8 * MEGA - 4) + b"0]",
    "object.json": lambda: b'{"kernel":[[' + ROW * (8 * MEGA - 20) + b"0]]}",
    "keys.json": lambda: b"{" + b",".join(b'"%d":0' % n for n in range(600_000)) + b"}",
    "digits.json": lambda: b"[[" + b"9" * (16 * MEGA - 10) + b"]]",
    "empty.json": lambda: b"[" + b"[]," * (5 * MEGA) + b"[]]",
    "strings.json": lambda: b"[[" + b'"",' * (5 * MEGA) + b"0]]",
    "row.txt": lambda: b"0 " * (8 * MEGA),
    "ragged.txt": lambda: b"0 1\n" * (4 * MEGA - 2) + b"0\n",
    "blank.txt": lambda: b"\n" * (16 * MEGA),
    "semicolons.txt": lambda: b";" * (16 * MEGA),
    "digits.txt": lambda: b"9" * (16 * MEGA),
    "magick.txt": lambda: b"2048x4095: " + b"0 " * (2048 * 4095),
    "zeros.txt": lambda: b"\0" * (16 * MEGA),
    "comment.txt": lambda: b"#" + b"a " * (8 * MEGA - 2),
    "plane.npy": lambda: header((4096, 4096)) + bytes(64 * MEGA),
    "line.npy": lambda: header((1, 16 * MEGA)) + bytes(64 * MEGA),
    "many.npy": lambda: header((16 * MEGA, 1, 1)) + bytes(64 * MEGA),
    "complex.npy": lambda: header((2048, 4096), "<c8") + bytes(64 * MEGA),
    "lying.npy": lambda: header((MEGA, MEGA)) + bytes(64),
    "long-header.npy": lambda: b"\x93NUMPY\x02\x00" + struct.pack("<I", 1 << 30) + b" " * (16 * MEGA),
}


@pytest.fixture
def peak(warm: Warm, least: int, tmp_path: Path) -> Peak:
    """Megabytes, beyond those that a picture of one pixel costs, and exit code of a command in a child process."""

    def of(*arguments: str | Path) -> tuple[int, int]:
        ended = warm.run(*arguments, cwd=tmp_path)
        assert "Traceback" not in ended.err
        return (ended.peak - least) // MEGA, ended.code

    return of


@pytest.mark.parametrize("name", KERNELS)
def test_a_file_that_is_no_kernel_is_refused_in_little_memory(name: str, tmp_path: Path, peak: Peak) -> None:
    """16 to 64 MB, or a header that lies: exit 3 and below 170 MB."""
    path = tmp_path / name
    path.write_bytes(KERNELS[name]())
    megabytes, code = peak("flip", f"@{path}")
    assert code == 3
    assert megabytes < 170


@pytest.mark.parametrize("ending", [b"0\n", b"0 x\n", b"0,,1\n"])
def test_a_long_text_picture_with_a_mistake_at_its_end_is_refused_in_little_memory(
    ending: bytes, tmp_path: Path, peak: Peak
) -> None:
    """16 MB of two columns, the last row ragged or no numbers."""
    path = tmp_path / "picture.txt"
    path.write_bytes(b"0 1\n" * (4 * MEGA) + ending)
    megabytes, code = peak("apply", path, "-k", "1", "-o", tmp_path / "out.npy")
    assert (code, megabytes < 170) == (3, True)


def test_a_long_text_picture_is_read(tmp_path: Path) -> None:
    """A million rows, which no kernel may have, and one row of a million numbers."""
    values = np.random.default_rng(2).integers(0, 256, (MEGA, 2))
    for shape in ((MEGA, 2), (1, 2 * MEGA)):
        path, out = tmp_path / "picture.txt", tmp_path / "out.npy"
        path.write_text("\n".join(" ".join(map(str, row)) for row in values.reshape(shape).tolist()))
        assert convcli("apply", path, "-k", "1", "-o", out, "-f").code == 0
        assert np.array_equal(np.load(out), values.reshape(shape))


def safetensors(content: bytes) -> bytes:
    return struct.pack("<Q", len(content)) + content


WEIGHTS: dict[str, Callable[[], bytes]] = {
    "list.safetensors": lambda: safetensors(b"[" + b"0," * (8 * MEGA) + b"0]"),
    "long.safetensors": lambda: safetensors(b'{"__metadata__":{"a":"' + b"x" * (64 * MEGA) + b'"}}'),
    "pairs.safetensors": lambda: safetensors(b'{"__metadata__":{' + b'"":"",' * (3 * MEGA) + b'"":""}}'),
    "deep.safetensors": lambda: safetensors(b"[" * (16 * MEGA)),
}


@pytest.mark.parametrize("name", [*WEIGHTS, "blanks.npz", "lying.npz"])
def test_a_weight_file_that_lies_is_refused_in_little_memory(name: str, tmp_path: Path, peak: Peak) -> None:
    """Headers of 16 to 64 MB that list no tensor; .npy headers in a zip that claim 2^30 bytes, or 2^30 numbers."""
    path = tmp_path / name
    if name in WEIGHTS:
        path.write_bytes(WEIGHTS[name]())
    else:
        entries = {
            "blanks.npz": [b"\x93NUMPY\x02\x00" + struct.pack("<I", 1 << 30) + b" " * (64 * MEGA)],
            "lying.npz": [header((1 << 30,)) + bytes(64 * MEGA)],
        }[name]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, entry in enumerate(entries):
                archive.writestr(f"{number}.npy", entry)
    megabytes, code = peak("summary", path)
    assert (code, megabytes < 170) == (3, True)


def test_a_lesson_with_too_few_pixels_left_is_refused_before_its_sums(tmp_path: Path, peak: Peak) -> None:
    """2,501 unknowns, and nearly all of AFTER clamped: no matrix of 2,502 x 2,502 is made."""
    picture = np.zeros((200, 200), np.uint8)
    picture[::9, ::11] = 77
    np.save(tmp_path / "picture.npy", picture)
    path = tmp_path / "picture.npy"
    megabytes, code = peak("learn", path, path, "--kernel-size", "50")
    assert (code, megabytes < 50) == (2, True)
    done = convcli("learn", path, path, "--kernel-size", "50")
    assert done.refused(2, "unknowns", "clamped", "--keep-clamped")


def test_explain_writes_out_the_beginning_of_a_large_kernel_and_says_so() -> None:
    """1,002,001 products: a few, and how many more; all of them in the record; no picture of them."""
    done = convcli("explain", "sample:camera", "-k", "box:size=1001", "--at", "0,0")
    assert (done.code, len(done.text) < 10_000) == (0, True)
    assert "36 of 1,002,001 products are shown: those of the first 6 of 1,001 rows and 6 of 1,001 columns" in done.text
    parts = [float(part) for part in re.findall(r"([0-9.e-]+) \((?:these|the others)\)", done.text)]
    assert sum(parts) == pytest.approx(158.632, abs=0.001)
    convolved = convcli(
        "explain", "sample:camera", "-k", "gaussian:sigma=20", "--at", "5,5", "--convolve", "--bias", "2"
    )
    assert " + 2 (bias) ≈ " in convolved.text
    assert convcli("explain", "sample:camera", "-k", "box:size=101", "--at", "0,0", "-o", "x.png").refused(2, "10,000")


def test_explain_gives_the_record_all_products() -> None:
    """51x51 are more than are written out."""
    (record,) = convcli("explain", "sample:camera", "-k", "box:size=51", "--at", "0,0", "--json").records
    assert np.array(record["products"]).shape == (51, 51)


def test_verify_tries_a_large_kernel_on_a_part_of_the_picture_and_says_so() -> None:
    """301x301 weights on 512x512 samples are 2e10 products; on a part of them every law holds."""
    done = convcli("verify", "sample:camera", "-k", "box:size=301", "--json")
    (record,) = done.records
    assert (done.code, record["holds"], len(record["checks"])) == (0, True, 7)
    assert "checked on the 54x54 pixels in the middle" in done.err


def test_a_small_kernel_is_tried_on_all_of_the_picture() -> None:
    """And nothing is said."""
    assert convcli("verify", "sample:camera", "-k", "sobel-x", "--json").err == ""


@pytest.mark.parametrize("options", [[], ["--json"], ["--conventions", "--replace", "fc"]])
def test_a_summary_asks_each_layer_a_bounded_number_of_times(
    options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice the layers are twice the questions: sums over the network are made once."""
    from convcli.core.network.rows import LayerRow

    asked: list[int] = []
    counted = LayerRow.parameters.fget
    assert counted is not None
    monkeypatch.setattr(LayerRow, "parameters", property(lambda row: asked.append(1) or counted(row)))
    counts = []
    for layers in (40, 80):
        asked.clear()
        assert convcli("summary", "8x8x1 " + "conv:2,3,pad=1 " * layers, *options).code == 0
        counts.append(len(asked))
    assert counts[1] <= 2 * counts[0]


def test_json_records_of_wide_integers_are_whole(tmp_path: Path) -> None:
    """9007199254740993 through text, .npy and JSON, in and out."""
    done = convcli("apply", "9007199254740993 1", "-k", "1 0", "--size", "valid")
    assert (done.code, done.text.strip()) == (0, "9007199254740993")
    np.save(tmp_path / "in.npy", np.array([[2**64 - 1, 2**63 + 1]], np.uint64))
    done = convcli("apply", tmp_path / "in.npy", "-k", "1", "-o", tmp_path / "out.npy", "--json")
    assert [done.records[0]["output"][key] for key in ("min", "max", "dtype")] == [2**63 + 1, 2**64 - 1, "uint64"]
    assert np.load(tmp_path / "out.npy").tolist() == [[2**64 - 1, 2**63 + 1]]
    explained = convcli("explain", "9007199254740993 1", "-k", "1 0", "--size", "valid", "--at", "0,0", "--json")
    assert json.loads(explained.text)["value"] == 2**53 + 1
    csv = convcli("apply", "18446744073709551615,7", "-k", "1", "--format", "csv")
    assert csv.text.strip() == "18446744073709551615,7"


def test_what_floats_round_is_said_or_refused() -> None:
    """Responses beyond 64 bits and mixed matrices are remarked; kernels, biases and fills refused by their digits."""
    assert "rounded to float64" in convcli("apply", "18446744073709551615 1", "-k", "2").err
    assert "9007199254740993 is beyond 2^53" in convcli("apply", "9007199254740993 .5", "-k", "1").err
    odd = "9007199254740993"
    assert convcli("flip", f"{odd} 1").refused(2, odd)
    assert convcli("flip", f"{odd} .5").refused(2, odd)
    assert convcli("flip", "@-", stdin=f"{odd} 1".encode()).refused(3, odd)
    assert convcli("flip", "@-", stdin=f"[[{odd}, 1]]".encode()).refused(3, odd)
    assert convcli("apply", "1 2", "-k", "1", "--bias", odd).refused(2, odd, "--bias")
    assert convcli("apply", "1 2", "-k", "1", "--border", f"constant:{odd}").refused(2, odd, "--border")
    assert (
        convcli("apply", "1 2", "-k", "1", "--bias", "9007199254740994").text.strip()
        == "9007199254740995 9007199254740996"
    )
