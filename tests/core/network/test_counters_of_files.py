"""Counters of ONNX files: onnx-tool on the same file, and operators that are no kind of layer."""

from __future__ import annotations

from pathlib import Path

import pytest

from convcli.core.forward import network_of
from convcli.core.network.counters import COUNTERS
from convcli.core.network.rows import Network
from convcli.files.onnx_model import read_onnx
from convcli.report.network.comparisons import conventions_table
from tests.core.forward.light import LIGHT
from tests.core.forward.models import graph_of, model_of, node
from tests.core.network.test_counters_as_run import of_the_version, quiet_and_put_back

ONNX_TOOL = COUNTERS.find("onnx-tool")

# What onnx-tool said of the onnx package's light models; the test below asks it again where it is installed.
SAID = {
    "bvlc_alexnet": 675_839_112,
    "densenet121": 3_369_419_240,
    "inception_v1": 1_481_545_240,
    "inception_v2": 2_157_663_112,
    "resnet50": 4_450_789_512,
    "shufflenet": 234_546_984,
    "squeezenet": 357_511_224,
    "vgg19": 19_667_941_512,
    "zfnet512": 1_542_366_888,
}


def read(path: Path) -> Network:
    """The network of a file."""
    return network_of(read_onnx(str(path)), str(path))


@pytest.mark.parametrize("name", SAID)
def test_a_file_is_counted_as_onnx_tool_counted_it(name: str) -> None:
    """All nine, batchnorm and scales as operators of their own among them."""
    assert ONNX_TOOL.total(read(LIGHT[name])) == SAID[name]


@pytest.mark.parametrize("name", SAID)
def test_onnx_tool_still_says_so(name: str) -> None:
    """The file given to the tool itself."""
    of_the_version(ONNX_TOOL)
    with quiet_and_put_back():
        graph = pytest.importorskip("onnx_tool").Model(str(LIGHT[name])).graph
        graph.shape_infer()
        graph.profile()
    assert graph.macs[0] == SAID[name]


def test_neighbours_of_a_files_normalisation_are_its_own(tmp_path: Path) -> None:
    """LRN over 3 channels: 40 for each of 3*8*8 numbers, where over the usual 5 it would be 42."""
    found = network_of(graph_of(model_of([node("LRN", "x", "y", size=3)]), tmp_path))
    assert found.rows[0].spec.written.text == "lrn:3"
    assert ONNX_TOOL.total(found) == 40 * 192


def test_operators_that_are_no_kind_are_named_below_the_table(tmp_path: Path) -> None:
    """Exp costs others something that is not known here; Div and Clip are charged, 4 and 2 a number."""
    nodes = [node("Exp", "x", "a"), node("Clip", "a", "b"), node("Div", "b two", "y")]
    found = network_of(graph_of(model_of(nodes, weights={"two": [2.0]}), tmp_path))
    assert ONNX_TOOL.total(found) == (4 + 2) * 192
    (note,) = (note for note in conventions_table(found).notes if "no kind" in note)
    assert note.endswith("whatever it costs others: Exp.")
