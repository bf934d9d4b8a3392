"""Weight files as constants of a network: what a header says, and the numbers on use."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from convcli.core.forward import Constant, graph_of, matched_weights, run
from convcli.errors import InputError
from convcli.files.weights import read_model
from convcli.files.weights.constants import constants_of
from tests.core.forward.by_loops import by_loops
from tests.core.forward.random_networks import random_weights
from tests.core.network.networks import network


def safetensors(path: Path, **tensors: tuple[str, np.ndarray]) -> str:
    """A .safetensors file; each tensor's type as the format writes it, and its bytes."""
    header, buffer = {}, b""
    for name, (kind, array) in tensors.items():
        end = len(buffer) + array.nbytes
        header[name] = {"dtype": kind, "shape": array.shape, "data_offsets": (len(buffer), end)}
        buffer += array.tobytes()
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + buffer)
    return str(path)


NUMBERS = np.array([[1.5, -2.0, 0.25], [4.0, 0.0, -0.5]])


@pytest.mark.parametrize(
    ("kind", "dtype", "name"),
    [("F64", "<f8", "float64"), ("F32", "<f4", "float32"), ("F16", "<f2", "float16"), ("I8", "i1", "int8")],
)
def test_types_are_known_from_the_header(tmp_path: Path, kind: str, dtype: str, name: str) -> None:
    """The same name that the array has when it is read."""
    array = NUMBERS.astype(dtype)
    (given,) = constants_of(read_model(safetensors(tmp_path / "a.safetensors", a=(kind, array)))).values()
    assert (given.shape, given.dtype) == ((2, 3), name)
    assert given.read().dtype == name
    assert np.array_equal(given.read(), array)


def test_bfloat16_is_float32_and_eight_bits_of_float_are_refused_when_they_are_used(tmp_path: Path) -> None:
    """The upper halves of float32; what NumPy has no type for has a shape all the same."""
    halves = (NUMBERS.astype("<f4").view("<u4") >> 16).astype("<u2")
    eighths = np.zeros((2, 3), np.uint8)
    path = safetensors(tmp_path / "a.safetensors", a=("BF16", halves), b=("F8_E4M3", eighths))
    given = constants_of(read_model(path))
    assert given["a"].dtype == "float32"
    assert np.array_equal(given["a"].read(), NUMBERS)
    assert given["b"].shape == (2, 3)
    with pytest.raises(InputError, match="tensor 'b' holds F8_E4M3; what is read is"):
        given["b"].read()


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_a_networks_weights_come_from_a_file_of_other_names(tmp_path: Path, suffix: str) -> None:
    """PyTorch's names in a Sequential: told by shape and number; then run as the loops do."""
    built = network("6x5x2 conv:3,3 relu conv:3,3,pad=1,bias=no batchnorm flatten fc:4")
    weights = random_weights(built, 8)
    layers = {"conv-1": "net.0", "conv-2": "net.2", "batchnorm-1": "net.3", "fc-1": "net.10"}
    theirs = {f"{layers[name.rpartition('.')[0]]}.{name.rpartition('.')[2]}": name for name in reversed(weights)}
    path = str(tmp_path / f"model{suffix}")
    if suffix == ".npz":
        np.savez(path, **{name: weights[own] for name, own in theirs.items()}, **{"net.3.num_batches_tracked": 7})
    else:
        safetensors(Path(path), **{name: ("F32", weights[own]) for name, own in theirs.items()})
    found = matched_weights(built, constants_of(read_model(path)))
    assert {own: name for name, own in theirs.items()} == found.tensors
    assert found.left == ()
    x = np.random.default_rng(1).standard_normal((1, 2, 6, 5)).astype(np.float32)
    ((out,),) = run(graph_of(built, found.weights), x).values()
    assert np.allclose(out, by_loops(built, weights, x[0].transpose(1, 2, 0))["fc-1"], atol=1e-5)
    assert all(isinstance(given, Constant) for given in found.weights.values())
