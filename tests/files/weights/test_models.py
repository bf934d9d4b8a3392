"""Models: statistics that are not learned, several files that are one model, and one tensor's numbers."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from convcli.errors import InputError
from convcli.files.weights import read_model, read_tensors
from convcli.files.weights.tensor import statistic_of


def written(path: Path, **tensors: tuple[str, np.ndarray]) -> str:
    """A .safetensors file of (dtype, numbers as the file has them)."""
    header, buffer = {}, b""
    for name, (dtype, numbers) in tensors.items():
        begin, buffer = len(buffer), buffer + numbers.tobytes()
        header[name] = {"dtype": dtype, "shape": list(numbers.shape), "data_offsets": [begin, len(buffer)]}
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + buffer)
    return str(path)


def two_parts(folder: Path) -> list[str]:
    """A model in two files: `a` of 6 numbers, and `b` of 4."""
    one = written(folder / "m-00001-of-00002.safetensors", a=("F32", np.arange(6, dtype="<f4").reshape(2, 3)))
    two = written(folder / "m-00002-of-00002.safetensors", b=("I64", np.arange(4, dtype="<i8")))
    return [one, two]


@pytest.mark.parametrize(
    ("name", "statistic"),
    [
        ("bn.running_mean", "running_mean"),
        ("features.norm5.running_var", "running_var"),
        ("bn1.num_batches_tracked", "num_batches_tracked"),
        ("running_mean", "running_mean"),
        ("batch_normalization_1/moving_mean:0", "moving_mean"),
        ("conv1_bn/batch_normalization/moving_variance:0", "moving_variance"),
        ("model/BatchNorm/moving_variance", "moving_variance"),
        ("bn0_moving_var", "moving_var"),
        ("stage1_unit1_bn1_running_mean", "running_mean"),
        ("batch_stats/Bn_0/mean", "mean"),
        ("batch_stats.Bn_0.var", "var"),
        ("bn.weight", ""),
        ("running_mean.weight", ""),
        ("bn/gamma:0", ""),
        ("mean", ""),
        ("moving_means", ""),
    ],
)
def test_statistics_are_known_by_the_names_that_frameworks_give_them(name: str, statistic: str) -> None:
    """PyTorch, Keras, TensorFlow, MXNet and Flax; a layer that is only called so is learned."""
    assert statistic_of(name) == statistic


def test_any_part_and_all_parts_and_the_index_give_the_whole_model(tmp_path: Path) -> None:
    """10 numbers in two files, once each, whichever is named."""
    one, two = two_parts(tmp_path)
    index = tmp_path / "m.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": {"b": Path(two).name, "a": Path(one).name}}))
    for paths in ([one], [two], [one, two], [two, one], [one, one], [str(index)], [str(index), one]):
        model = read_model(*paths)
        assert sorted(tensor.name for tensor in model.tensors) == ["a", "b"]
        assert sum(tensor.parameters for tensor in model.tensors) == 10
        assert model.array("b").tolist() == [0, 1, 2, 3]


def test_missing_parts_are_named(tmp_path: Path) -> None:
    """The first three, and how many more."""
    path = written(tmp_path / "m-00002-of-00007.safetensors", a=("U8", np.zeros(2, "u1")))
    with pytest.raises(InputError, match=r"part 2 of 7 .* m-00001-of-00007\.safetensors, .* and 3 more are not beside"):
        read_model(path)


@pytest.mark.parametrize(
    ("weight_map", "words"),
    [
        ({"a": "../m.safetensors"}, "no file beside it"),
        ({"a": "/etc/passwd"}, "no file beside it"),
        ({"a": ".."}, "no file beside it"),
        ({"a": 3}, "no file beside it"),
        ({"a": "gone.safetensors"}, "gone.safetensors is not beside it"),
        ({"a": "m-00001-of-00002.safetensors", "z": "m-00002-of-00002.safetensors"}, "no file holds tensor 'z'"),
        ({}, "weight_map"),
        ([], "weight_map"),
    ],
)
def test_an_index_that_lies_is_refused(tmp_path: Path, weight_map: object, words: str) -> None:
    """Files outside its folder, files that are not there, tensors that no file holds."""
    two_parts(tmp_path)
    index = tmp_path / "m.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": weight_map}))
    with pytest.raises(InputError) as refusal:
        read_model(str(index))
    assert words in str(refusal.value)


def test_an_index_of_a_thousand_brackets_is_no_json(tmp_path: Path) -> None:
    """Nesting does not end the process."""
    index = tmp_path / "m.index.json"
    index.write_text("[" * 100_000)
    with pytest.raises(InputError, match="no JSON"):
        read_model(str(index))


def test_a_tensor_in_two_files_is_no_one_model(tmp_path: Path) -> None:
    """Counting it twice would be wrong, and so would once."""
    paths = [written(tmp_path / f"{name}.safetensors", w=("U8", np.zeros(2, "u1"))) for name in "ab"]
    with pytest.raises(InputError, match=r"'w' stands in .*a\.safetensors as well"):
        read_model(*paths)


NUMBERS = np.array([[0.0, -1.5, 2.0], [3.0, 100.0, -0.25]])


@pytest.mark.parametrize(
    ("dtype", "stored"),
    [
        ("F64", NUMBERS.astype("<f8")),
        ("F32", NUMBERS.astype("<f4")),
        ("F16", NUMBERS.astype("<f2")),
        ("BF16", (NUMBERS.astype("<f4").view("<u4") >> 16).astype("<u2")),
        ("I8", NUMBERS.astype("i1")),
        ("I16", NUMBERS.astype("<i2")),
        ("I32", NUMBERS.astype("<i4")),
        ("I64", NUMBERS.astype("<i8")),
        ("U8", np.abs(NUMBERS).astype("u1")),
        ("U16", np.abs(NUMBERS).astype("<u2")),
        ("U64", np.abs(NUMBERS).astype("<u8")),
        ("BOOL", NUMBERS.astype("?")),
    ],
)
def test_a_tensor_has_the_numbers_that_were_stored(tmp_path: Path, dtype: str, stored: np.ndarray) -> None:
    """Behind another tensor, so that an offset counts; a bfloat16 is the upper half of a float32."""
    path = written(tmp_path / "m.safetensors", first=("U8", np.zeros(5, "u1")), w=(dtype, stored))
    expected = NUMBERS if dtype == "BF16" else stored
    found = read_model(path).array("w")
    assert found.dtype.kind == ("f" if dtype == "BF16" else stored.dtype.kind)
    assert found.tolist() == expected.tolist()


def test_numbers_of_eight_bit_floats_are_refused_by_name(tmp_path: Path) -> None:
    """They are listed, and not read."""
    path = written(tmp_path / "m.safetensors", w=("F8_E4M3", np.zeros((2, 2), "u1")))
    assert read_tensors(path)[0].shape == (2, 2)
    with pytest.raises(InputError, match="'w' holds F8_E4M3; what is read is F64, F32, F16, BF16"):
        read_model(path).array("w")


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["<f4", ">f8", "<f2", ">i2", "u1", "?"])
def test_an_array_of_an_npz_has_the_numbers_that_were_stored(tmp_path: Path, dtype: str, order: str) -> None:
    """Whatever the byte order and the order of the axes; packed and not."""
    given = np.asarray(np.abs(NUMBERS).astype(dtype), order=order)  # type: ignore[call-overload]
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "m.npz", other=np.zeros(3), w=given)
        assert read_model(str(tmp_path / "m.npz")).array("w").tolist() == given.tolist()


def test_a_damaged_array_is_refused_by_its_checksum(tmp_path: Path) -> None:
    """One byte of the numbers is another one."""
    np.savez(tmp_path / "m.npz", w=np.arange(100.0))
    content = bytearray((tmp_path / "m.npz").read_bytes())
    with zipfile.ZipFile(tmp_path / "m.npz") as archive:
        at = archive.getinfo("w.npy").header_offset + 300
    content[at] ^= 1
    (tmp_path / "m.npz").write_bytes(content)
    with pytest.raises(InputError, match="CRC"):
        read_model(str(tmp_path / "m.npz")).array("w")
