"""A layer's weights as kernels: tensors by name, biases, groups, the order of axes, and what is said of them."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from tests.command_line import convcli

RNG = np.random.default_rng(85)
PICTURE = RNG.integers(0, 256, (9, 8, 3), dtype=np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A colour picture, a grey one, and an .npz of a few layers."""
    Image.fromarray(PICTURE).save(tmp_path / "rgb.png")
    Image.fromarray(PICTURE[:, :, 0]).save(tmp_path / "grey.png")
    layers = {"conv1.weight": _whole(4, 3, 3, 3), "conv1.bias": np.array([1.0, -2, 3, 0.5]), "fc": _whole(5, 7)}
    np.savez(tmp_path / "m.npz", **layers, **{"keras/kernel:0": _whole(3, 3, 3, 2)}, scalar=np.float32(3))
    return tmp_path


def _whole(*shape: int) -> np.ndarray:
    return RNG.integers(-4, 5, shape).astype(np.float32)


def layer(weights: np.ndarray, bias: Any = 0) -> np.ndarray:
    """(F, C, h, w) on the picture: SciPy, channel by channel, added up."""
    maps = [
        sum(
            ndimage.correlate(PICTURE[:, :, c].astype(float), w[c].astype(float), mode="nearest") for c in range(len(w))
        )
        for w in weights
    ]
    return np.stack(maps, axis=-1) + bias


def applied(folder: Path, *arguments: Any, picture: str = "rgb.png") -> np.ndarray:
    """What `apply` writes."""
    done = convcli("apply", picture, *arguments, "-o", "out.npy", "-f", cwd=folder)
    assert done.code == 0, done.err
    return np.load(folder / "out.npy")


def test_a_tensor_and_its_biases_are_a_layer(folder: Path) -> None:
    """By name, from one file."""
    held = np.load(folder / "m.npz")
    found = applied(folder, "-k", "@m.npz:conv1.weight", "--bias", "@m.npz:conv1.bias")
    np.testing.assert_allclose(found, layer(held["conv1.weight"], held["conv1.bias"]))


@pytest.mark.parametrize("dtype", ["F32", "F16", "BF16", "F64", "I8"])
def test_safetensors_of_every_type(folder: Path, dtype: str) -> None:
    """Small whole numbers are the same in all of them."""
    weights = _whole(2, 3, 3, 2)
    stored = {"F32": "<f4", "F16": "<f2", "F64": "<f8", "I8": "i1"}
    packed = weights.astype(stored[dtype]) if dtype in stored else (weights.view("<u4") >> 16).astype("<u2")
    header = {"w": {"dtype": dtype, "shape": [2, 3, 3, 2], "data_offsets": [0, packed.nbytes]}}
    text = json.dumps(header).encode()
    (folder / "m.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + packed.tobytes())
    np.testing.assert_array_equal(applied(folder, "-k", "@m.safetensors:w"), layer(weights))


def test_which_tensors_there_are_is_said(folder: Path) -> None:
    """Without a name, with a wrong one, of the wrong shape; and of no file."""
    for name, words in (
        ("@m.npz", "say which of its 5 tensors, as in @m.npz:conv1.weight: there are conv1.weight (4x3x3x3), keras"),
        ("@m.npz:", "say which of its 5 tensors"),
        ("@m.npz:conv1.wieght", "no tensor is called 'conv1.wieght'; did you mean conv1.weight"),
        ("@m.npz:zzz", "no tensor is called 'zzz'; there are conv1.weight (4x3x3x3)"),
        ("@m.npz:conv1.bias", "tensor 'conv1.bias' has shape (4,); kernels are (h, w)"),
        ("@m.npz:scalar", "has shape ()"),
        ("@n.npz:w", "no such file; did you mean m.npz?"),
        ("@C:\\x.npz:w", "C:\\x.npz: there is no such file"),
    ):
        assert convcli("apply", "rgb.png", "-k", name, "-o", "o.npy", cwd=folder).refused(3, words)


def test_a_file_whose_own_name_holds_a_colon_wins(folder: Path) -> None:
    """a:b.npz, whatever a is; and a text file of such a name."""
    weights = _whole(1, 3, 1, 1)
    np.savez(folder / "a:b.npz", w=weights)
    np.savez(folder / "a", w=_whole(1, 3, 1, 1))
    (folder / "k.npz:w").write_text("2")
    np.savez(folder / "k.npz", w=weights)
    np.testing.assert_array_equal(applied(folder, "-k", "@a:b.npz:w"), layer(weights)[:, :, 0])
    assert np.array_equal(applied(folder, "-k", "@k.npz:w"), 2 * PICTURE.astype(int))


def test_a_name_may_hold_colons(folder: Path) -> None:
    """TensorFlow's variables do."""
    keras = np.load(folder / "m.npz")["keras/kernel:0"]
    found = applied(folder, "-k", "@m.npz:keras/kernel:0", "--kernel-layout", "hwcf")
    np.testing.assert_array_equal(found, layer(np.transpose(keras, (3, 2, 0, 1))))


@pytest.mark.parametrize("name", ["b.npy", "b.txt", "b.csv", "b.json", "column.txt"])
def test_biases_come_from_every_kind_of_file(folder: Path, name: str) -> None:
    """A row or a column of four numbers."""
    bias = [1.0, -2.5, 0.0, 4.0]
    np.save(folder / "b.npy", bias)
    (folder / "b.txt").write_text("1 -2.5 0 4\n")
    (folder / "b.csv").write_text("1,-2.5,0,4\n")
    (folder / "b.json").write_text("[[1, -2.5, 0, 4]]")
    (folder / "column.txt").write_text("1\n-2.5\n0\n4\n")
    held = np.load(folder / "m.npz")["conv1.weight"]
    np.testing.assert_allclose(applied(folder, "-k", "@m.npz:conv1.weight", "--bias", f"@{name}"), layer(held, bias))


def test_biases_that_are_none_are_refused(folder: Path) -> None:
    """Too few, a matrix, infinity, stdin, a tensor of more axes."""
    (folder / "two.txt").write_text("1 2")
    (folder / "matrix.txt").write_text("1 2; 3 4")
    np.save(folder / "inf.npy", [1, np.inf, 2, 3])
    for text, code, words in (
        ("@two.txt", 2, "give one number, or one for each of the 4 kernels"),
        ("@matrix.txt", 3, "its shape is (2, 2); a bias is one row or column"),
        ("@inf.npy", 3, "NaN or infinity"),
        ("@-", 2, "read from a file"),
        ("@m.npz:fc", 3, "a bias is a row of numbers: there are conv1.bias (4)"),
        ("@gone.txt", 3, "no such file"),
    ):
        refused = convcli("apply", "rgb.png", "-k", "@m.npz:conv1.weight", "--bias", text, "-o", "o.npy", cwd=folder)
        assert refused.refused(code, words)


def test_depthwise_weights_of_both_frameworks(folder: Path) -> None:
    """PyTorch's (C*M, 1, h, w) and Keras' (h, w, C, M) give the same maps, in the same order."""
    keras = _whole(3, 2, 3, 2)
    torch = np.transpose(keras, (2, 3, 0, 1)).reshape(6, 1, 3, 2)
    np.save(folder / "torch.npy", torch)
    np.save(folder / "keras.npy", keras)
    planes = [PICTURE[:, :, f // 2].astype(float) for f in range(6)]
    expected = [ndimage.correlate(plane, torch[f, 0].astype(float), mode="nearest") for f, plane in enumerate(planes)]
    for arguments in (("@torch.npy",), ("@keras.npy", "--kernel-layout", "hwcf"), ("@keras.npy",)):
        found = applied(folder, "-k", *arguments, "--groups", 3)
        np.testing.assert_array_equal(found, np.stack(expected, axis=-1))


def test_groups_are_in_the_record_and_refused_where_they_do_not_fit(folder: Path) -> None:
    """JSON says groups; {kernel} would take a group apart."""
    np.save(folder / "k.npy", _whole(3, 1, 3, 3))
    done = convcli("apply", "rgb.png", "-k", "@k.npy", "--groups", 3, "-o", "o.npy", "--json", cwd=folder)
    assert done.records[0]["groups"] == 3
    several = ("apply", "rgb.png", "-k", "@k.npy", "--groups", 3, "-o", "{kernel}.npy")
    assert convcli(*several, cwd=folder).refused(2, "leave {kernel} out of -o")
    bad = ("apply", "rgb.png", "-k", "@k.npy", "--groups", 2, "-o", "p.npy")
    assert convcli(*bad, cwd=folder).refused(2, "--groups: 2 is not allowed; it shares out the 3 channels")


def test_both_orders_of_axes(folder: Path) -> None:
    """Where both fit filters first is taken; asked for, the other; and where it alone fits. What is taken is said."""
    keras = np.zeros((3, 3, 3, 2))
    keras[1, 1, 0, 0] = keras[1, 1, 2, 1] = 1
    np.save(folder / "keras.npy", keras)
    np.save(folder / "one.npy", _whole(3, 3, 1, 2))
    run = ("apply", "rgb.png", "-k", "@keras.npy", "-o", "o.npy", "-f")
    plain, asked = convcli(*run, cwd=folder), convcli(*run, "--kernel-layout", "hwcf", cwd=folder)
    said = "keras is read as (F, C, h, w): 3 filters of 3 channels, 3x2; as (h, w, C, F) it is 2 filters"
    assert said in plain.err
    assert "keras" not in asked.err
    assert np.array_equal(np.load(folder / "o.npy"), PICTURE[:, :, [0, 2]])
    assert "is read" not in convcli(*run, "--kernel-layout", "fchw", cwd=folder).err
    grey = convcli("apply", "grey.png", "-k", "@one.npy", "-o", "g.npy", cwd=folder)
    assert "one is read as (h, w, C, F): 2 filters of 1 channel, 3x3" in grey.err
    assert np.load(folder / "g.npy").shape == (9, 8, 2)
    wrong = ("apply", "grey.png", "-k", "@one.npy", "--kernel-layout", "fchw", "-o", "h.npy")
    assert convcli(*wrong, cwd=folder).refused(2, "has weights for 3 channels; the picture has 1")


def test_an_ordinary_layer_is_read_without_a_word(folder: Path) -> None:
    """(16, 3, 3, 3) has one meaning to everybody."""
    np.save(folder / "k.npy", _whole(16, 3, 3, 3))
    assert "read as" not in convcli("apply", "rgb.png", "-k", "@k.npy", "-o", "o.npy", cwd=folder).err


@pytest.mark.parametrize("command", [("apply", "rgb.png"), ("verify", "rgb.png"), ("explain", "rgb.png", "--at", "1,1"),
                                     ("equivariance", "rgb.png"), ("matrix", "3x3x3")])  # fmt: skip
def test_every_command_with_kernels_takes_the_layout(folder: Path, command: tuple[str, ...]) -> None:
    """It reads one filter of 3x3 on three channels where filters first would be three of other sizes."""
    np.save(folder / "k.npy", _whole(3, 3, 3, 1))
    out = ("-o", "o.npy", "-f") if command[0] in ("apply", "matrix") else ()
    run = (*command, "-k", "@k.npy", *out)
    done = convcli(*run, "--kernel-layout", "hwcf", "--json", cwd=folder)
    assert done.code == 0, done.err
    assert "is read as" not in done.err
    assert convcli(*command, "-k", "box", *out, "--kernel-layout", "hwcf", cwd=folder).refused(2, "no kernel here is")


def test_filters_are_explained_one_at_a_time(folder: Path) -> None:
    """--filter names one; its sum over the channels is apply's."""
    run = ("explain", "rgb.png", "-k", "@m.npz:conv1.weight", "--at", "2,3")
    expected = layer(np.load(folder / "m.npz")["conv1.weight"])[2, 3]
    for number in range(4):
        (record,) = convcli(*run, "--filter", number, "--json", cwd=folder).records
        assert record["value"] == expected[number]
    text = convcli(*run, "--filter", 1, cwd=folder).text
    assert "channel 1 (green):" in text
    assert f"= {expected[1]:g}" in text
    assert convcli(*run, cwd=folder).refused(2, "there are 4", "--filter N")
    assert convcli(*run, "--filter", 4, cwd=folder).refused(2, "there are 4 kernels, counted from 0")
    assert convcli(*run, "--filter", 0, "--channel", "red", cwd=folder).refused(2, "adds up all 3")
    assert convcli(*run, "--filter", 0, "-o", "w.gif", cwd=folder).refused(2, "an animation shows one channel")
    assert convcli(*run, "--filter", 0, "-o", "f.png", cwd=folder).code == 0


def test_the_swatch_of_red_minus_blue_is_orange(folder: Path) -> None:
    """On a sheet, in a figure, and as what `show` draws."""
    opponent = np.stack([np.ones((5, 5)), np.zeros((5, 5)), -np.ones((5, 5))])
    np.save(folder / "o.npy", opponent[np.newaxis])
    convcli("apply", "rgb.png", "-k", "@o.npy", "-k", "@o.npy", "-o", "sheet.png", cwd=folder)
    convcli("kernels", "@o.npy", "-o", "figure.png", cwd=folder)
    convcli("show", "o.npy", "-o", "show.png", cwd=folder)
    for name in ("sheet.png", "figure.png", "show.png"):
        drawing = np.asarray(Image.open(folder / name).convert("RGB"))
        assert (drawing == (255, 128, 0)).all(axis=2).sum() > 300, name


def test_show_takes_filters_and_says_what_it_does_not(folder: Path) -> None:
    """A .npy with four axes, a tensor by name; options for maps are refused, and those for filters of maps."""
    np.save(folder / "conv.npy", _whole(4, 3, 2, 2))
    (record,) = convcli("show", "conv.npy", "-o", "a.png", "--json", cwd=folder).records
    assert record["input"] == {"path": "conv.npy", "filters": 4, "channels": 3, "height": 2, "width": 2}
    assert convcli("show", "@m.npz:conv1.weight", "-o", "b.png", cwd=folder).code == 0
    assert convcli("show", "conv.npy", "--display", "abs", "-o", "c.png", cwd=folder).refused(
        2, "--display is for maps"
    )
    assert convcli("show", "conv.npy", "--colormap", "viridis", "-o", "c.png", cwd=folder).refused(2, "--colormap")
    assert convcli("show", "rgb.png", "--kernel-layout", "hwcf", "-o", "c.png", cwd=folder).refused(2, "four axes")


def test_flip_says_in_which_order_it_writes(folder: Path) -> None:
    """Filters first, whatever the file had."""
    keras = _whole(3, 3, 3, 2)
    np.save(folder / "k.npy", keras)
    done = convcli("flip", "@k.npy", "--kernel-layout", "hwcf", "-o", "f.npy", cwd=folder)
    assert "written filters first" in done.err
    assert np.array_equal(np.load(folder / "f.npy"), np.transpose(keras[::-1, ::-1], (3, 2, 0, 1)))


def test_transparency_beside_groups(folder: Path) -> None:
    """Alpha is one for all channels: it is averaged as without groups."""
    alpha = RNG.integers(0, 256, (9, 8, 1), dtype=np.uint8)
    Image.fromarray(np.concatenate([PICTURE, alpha], axis=2)).save(folder / "rgba.png")
    np.save(folder / "k.npy", np.ones((3, 1, 3, 3)) / 9)
    grouped = applied(folder, "-k", "@k.npy", "--groups", 3, picture="rgba.png")
    np.testing.assert_allclose(grouped, applied(folder, "-k", "box", picture="rgba.png"), rtol=1e-5)


def test_a_model_in_parts_is_one(folder: Path) -> None:
    """summary of all parts, in words that a shell made of a pattern; a tensor of the second by the first's name."""
    for number, name in ((1, "a"), (2, "b")):
        np.savez(folder / f"w-0000{number}-of-00002.npz", **{name: np.ones((2, 3, 1, 1))})
    one, two = (f"w-0000{number}-of-00002.npz" for number in (1, 2))
    for names in ((one,), (two,), (one, two)):
        (record,) = convcli("summary", *names, "--json", cwd=folder).records
        assert (record["parameters"], record["files"]) == (12, [one, two])
    assert applied(folder, "-k", f"@{one}:b").shape == (9, 8, 2)
    (folder / two).unlink()
    assert convcli("summary", one, cwd=folder).refused(3, f"part 1 of 2 of a model, and {two} is not beside it")
    assert convcli("summary", one, "rgb.png", cwd=folder).refused(3, "rgb.png: no weight file, as the others are")


def test_statistics_are_no_parameters(folder: Path) -> None:
    """8 numbers are learned and 9 are measured."""
    names = ("bn.weight", "bn.bias", "bn.running_mean", "bn.running_var")
    arrays = {name: np.ones(4, np.float32) for name in names}
    np.savez(folder / "bn.npz", **arrays, **{"bn.num_batches_tracked": np.array(7)})
    done = convcli("summary", "bn.npz", "--json", cwd=folder)
    assert (done.records[0]["parameters"], done.records[0]["not_learned"]) == (8, 9)
    text = convcli("summary", "bn.npz", cwd=folder).text
    assert "8 parameters in 2 tensors, 9 other numbers in 3" in text
    assert "running_mean, running_var and num_batches_tracked" in text


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_the_filters_of_a_layer_are_listed_with_their_sums(tmp_path: Path, count: int) -> None:
    """One by one or a line each, whatever their number: the sum over all channels."""
    weights = np.arange(count * 3 * 2 * 2, dtype=float).reshape(count, 3, 2, 2)
    np.save(tmp_path / "layer.npy", weights)
    shown = convcli("kernels", "@layer.npy", cwd=tmp_path)
    assert shown.code == 0, shown.err
    for index, filter_ in enumerate(weights):
        name = f"layer-{index}" if count > 1 else "layer"
        assert name in shown.text
        assert f"{filter_.sum():g}" in shown.text
