"""Counters: each row against the tool itself, of the version that the row names, on networks with branches.

Opt in: pip install -e '.[counters]'.  A tool that is missing, or of another version, is skipped by name.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import io
import os
import tomllib
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from convcli.core.network.counters import COUNTERS, Counter
from convcli.core.network.rows import Network
from tests.core.network.as_keras import keras_model
from tests.core.network.as_onnx import onnx_model
from tests.core.network.as_torch import input_shape, torch_module
from tests.core.network.networks import known, network
from tests.core.network.random_networks import random_network
from tests.core.network.said_by_counters import SAID, TOOLS

SEEDS = range(60)
RUN = [counter for counter in COUNTERS if counter.version]
ZOO = ("lenet-5", "nin", "resnet-18", "densenet-121", "squeezenet-1.1", "mobilenet-v1", "mobilenet-v2", "googlenet")


def fvcore_says(net: Network) -> int:
    """Total of the flops."""
    nn = pytest.importorskip("fvcore.nn")
    module, picture = _module_and_picture(net)
    analysis = nn.FlopCountAnalysis(module, picture)
    return analysis.unsupported_ops_warnings(False).uncalled_modules_warnings(False).total()


def thop_says(net: Network) -> int:
    """MACs; the second number is parameters."""
    thop = pytest.importorskip("thop")
    module, picture = _module_and_picture(net)
    return thop.profile(module, (picture,), verbose=False)[0]


def torchinfo_says(net: Network) -> int:
    """Total mult-adds."""
    torchinfo = pytest.importorskip("torchinfo")
    module, picture = _module_and_picture(net)
    return torchinfo.summary(module, input_data=picture, verbose=0).total_mult_adds


def ptflops_says(net: Network) -> int:
    """MACs, as a number; it counts with its default backend."""
    ptflops = pytest.importorskip("ptflops")
    module, _ = _module_and_picture(net)
    asked = {"as_strings": False, "print_per_layer_stat": False}
    return ptflops.get_model_complexity_info(module, input_shape(net), **asked)[0]


def calflops_says(net: Network) -> int:
    """FLOPs, as a number; it raises a TypeError where rows and columns are upsampled differently."""
    calflops = pytest.importorskip("calflops")
    module, _ = _module_and_picture(net)
    asked = {"print_results": False, "output_as_string": False}
    return calflops.calculate_flops(module, (1, *input_shape(net)), **asked)[0]


def onnx_tool_says(net: Network) -> int:
    """MACs of the whole graph."""
    onnx_tool = pytest.importorskip("onnx_tool")
    graph = onnx_tool.Model(onnx_model(net)).graph
    graph.shape_infer()
    graph.profile()
    return graph.macs[0]


def keras_says(net: Network) -> int:
    """The total of model.summary()."""
    return keras_model(net).count_params()


SAYS: dict[str, Callable[[Network], int]] = {
    "fvcore": fvcore_says,
    "thop": thop_says,
    "torchinfo": torchinfo_says,
    "ptflops": ptflops_says,
    "calflops": calflops_says,
    "onnx-tool": onnx_tool_says,
    "keras": keras_says,
}


def _module_and_picture(net: Network) -> tuple[Any, Any]:
    module = torch_module(net)
    return module, pytest.importorskip("torch").ones(1, *input_shape(net))


@contextlib.contextmanager
def quiet_and_put_back() -> Iterator[None]:
    """Two of them print, warn, and where they fail leave PyTorch's functions replaced."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            torch = __import__("torch")
        except ImportError:
            yield
            return
        places = (torch.nn.functional, torch, torch.Tensor)
        kept = [dict(vars(place)) for place in places]
        try:
            yield
        finally:
            for place, names in zip(places, kept, strict=True):
                for name, value in names.items():
                    if vars(place).get(name) is not value:
                        setattr(place, name, value)


def of_the_version(counter: Counter) -> None:
    """Skip where the tool is missing or not the one that the row is of."""
    try:
        here = importlib.metadata.version(counter.name).replace("-", ".post")  # as PEP 440 has it
    except importlib.metadata.PackageNotFoundError:
        pytest.skip(f"{counter.name} is not installed: pip install -e '.[counters]'")
    if here != counter.version:
        pytest.skip(f"{counter.name} {here} is installed, and the row is of {counter.version}")


EVERY_TOOL = pytest.mark.parametrize("counter", RUN, ids=lambda counter: counter.name)


@EVERY_TOOL
def test_a_row_says_what_the_tool_says_of_random_networks(counter: Counter) -> None:
    """60 networks with branches, every kind of layer among them."""
    of_the_version(counter)
    texts, differing, compared = [random_network(seed) for seed in SEEDS], [], 0
    for text in texts:
        net = network(text)
        if counter.name == "keras" and any(row.spec.groups > 1 and row.kind == "conv-transpose" for row in net.rows):
            continue  # Keras has none
        with quiet_and_put_back():
            said = SAYS[counter.name](net)
        compared += 1
        if said != counter.total(net):
            differing.append((text, said, counter.total(net)))
    assert not differing
    assert compared >= 45


@EVERY_TOOL
@pytest.mark.parametrize("name", ZOO)
def test_a_row_says_what_the_tool_says_of_known_networks(counter: Counter, name: str) -> None:
    """The zoo's networks of all styles."""
    of_the_version(counter)
    net = known(name)
    with quiet_and_put_back():
        assert SAYS[counter.name](net) == counter.total(net)


@EVERY_TOOL
@pytest.mark.parametrize("text", SAID)
def test_the_tools_still_say_what_is_written_down(counter: Counter, text: str) -> None:
    """What the tests without them go by."""
    of_the_version(counter)
    said = SAID[text][TOOLS.index(counter.name)]
    if said is None:
        pytest.skip(f"{counter.name} does not have it")
    with quiet_and_put_back():
        assert SAYS[counter.name](network(text)) == said


def test_every_row_of_a_tool_has_its_version_its_call_and_its_run() -> None:
    """And the extra installs those versions."""
    pins = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert [counter.name for counter in RUN] == list(SAYS)
    for counter in RUN:
        assert counter.call
        assert f"{counter.name}=={counter.version}" in pins["counters"]
