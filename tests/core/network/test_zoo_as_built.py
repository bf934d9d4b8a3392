"""Known networks against the models that torchvision and Keras build, and receptive fields against PyTorch's gradients.

Opt in: pip install -e '.[counters]'.  What is missing is skipped by name.
"""

from __future__ import annotations

from math import prod
from typing import Any

import pytest

from convcli.core.network.counters import COUNTERS
from tests.core.network.as_keras import imported_keras
from tests.core.network.as_torch import input_shape, torch_module
from tests.core.network.networks import known, network
from tests.core.network.test_counters_as_run import quiet_and_put_back

# Ours, torchvision's, and what of its last pool fvcore and thop count otherwise, where it is not a module of one
# number a map: AlexNet and VGG keep maps of 6x6 and 7x7 as they are, at one and two an input, and a mean that is
# called as a function thop does not see.
BUILT = [
    ("alexnet", "alexnet", 36 * 256, 2 * 36 * 256),
    ("vgg-11", "vgg11", 49 * 512, 2 * 49 * 512),
    ("vgg-16", "vgg16", 49 * 512, 2 * 49 * 512),
    ("vgg-19", "vgg19", 49 * 512, 2 * 49 * 512),
    ("googlenet", "googlenet", 0, 0),
    ("resnet-18", "resnet18", 0, 0),
    ("resnet-34", "resnet34", 0, 0),
    ("resnet-50", "resnet50", 0, 0),
    ("resnet-101", "resnet101", 0, 0),
    ("densenet-121", "densenet121", 0, -(49 + 1) * 1024),
    ("squeezenet-1.1", "squeezenet1_1", 0, 0),
    ("mobilenet-v2", "mobilenet_v2", 0, -(49 + 1) * 1280),
]
MORE = {"googlenet": {"aux_logits": False, "init_weights": False}}


@pytest.mark.parametrize(("ours", "theirs", "by_fvcore", "by_thop"), BUILT)
def test_known_networks_cost_what_torchvisions_do(ours: str, theirs: str, by_fvcore: int, by_thop: int) -> None:
    """Parameters, and both counters' totals of what torchvision builds; its weights are never set."""
    with quiet_and_put_back():
        torch = pytest.importorskip("torch")
        models = pytest.importorskip("torchvision.models")
        fvcore, thop = pytest.importorskip("fvcore.nn"), pytest.importorskip("thop")
        with torch.device("meta"):
            model = getattr(models, theirs)(weights=None, **MORE.get(theirs, {})).eval()
        model, picture = model.to_empty(device="cpu"), torch.ones(1, 3, 224, 224)
        net = known(ours)
        assert sum(weights.numel() for weights in model.parameters()) == net.parameters
        analysis = fvcore.FlopCountAnalysis(model, picture)
        flops = analysis.unsupported_ops_warnings(False).uncalled_modules_warnings(False)
        assert flops.total() == COUNTERS.find("fvcore").total(net) + by_fvcore
        assert sum(n for kind, n in flops.by_operator().items() if kind in ("conv", "linear", "addmm")) == net.macs
        macs = thop.profile(model, (picture,), verbose=False)[0]
        assert macs == COUNTERS.find("thop").total(net) + by_thop


def test_mobilenet_v1_has_the_parameters_of_keras_own() -> None:
    """4,231,976 that are trained, and batchnorm's means and variances beside them."""
    with quiet_and_put_back():
        keras = imported_keras()
        mobilenet = keras.applications.MobileNet(weights=None)
        total = COUNTERS.find("keras").total(known("mobilenet-v1"))
        assert mobilenet.count_params() == total == 4_253_864
        assert sum(prod(weights.shape) for weights in mobilenet.trainable_weights) == 4_231_976


BRANCHED = [
    "17x14x2 conv:2,3,pad=1 relu add( conv:2,3,pad=1 batchnorm relu conv:2,3,pad=1 | skip ) relu conv:2,3,stride=2",
    "15x18 concat( conv:1,1 | conv:1,3,pad=1 | conv:1,5,pad=2 | pool:max,3,stride=1,pad=1 ) pool:avg,2 conv:2,3x2",
    "20x16 concat( crop:4 | conv:1,3 pool:max,2 conv:1,3 conv-transpose:1,2,stride=2 crop:1x1 ) conv:1,3",
    "16x20 concat( skip | pool:max,2 conv:2,3,pad=1 add( skip | pool:avg,2 conv:2,3,pad=1 upsample:2 ) upsample:2 )",
    "14x18 add( conv:1,3,stride=2,pad=1 upsample:2,bilinear | conv:1,3,dilation=2,pad=2 ) conv:1,3,pad=1",
    "13x16 add( conv:1,3,stride=2,pad=tf-same | pool:avg,2,stride=2,ceil=yes ) conv:1,4,pad=tf-same",
    "11x9 conv-transpose:2,3,stride=2,pad=tf-same multiply( skip | global-pool:avg conv:2,1 sigmoid ) conv:1,3",
]  # fmt: skip


@pytest.mark.parametrize("text", BRANCHED)
def test_receptive_fields_through_branches_are_where_gradients_are_not_zero(text: str) -> None:
    """Every unit of every layer: the first and last row and column of the picture that it has a gradient in."""
    torch = pytest.importorskip("torch")
    net = network(text)
    with quiet_and_put_back():
        module = torch_module(net, means_for_maxima=True).double()
        picture = torch.rand(1, *input_shape(net), dtype=torch.float64).requires_grad_()
        outs = module(picture, tuple(row.name for row in net.rows))
        for row, out in zip(net.rows, outs, strict=True):
            sums = out.sum(1).reshape(-1)
            every = torch.eye(len(sums), dtype=torch.float64)
            (slopes,) = torch.autograd.grad(sums, picture, every, retain_graph=True, is_grads_batched=True)
            moved = (slopes != 0).any(2).reshape(*row.grid, *net.shape[:2])
            _check(row.reach, moved)


def _check(reach: Any, moved: Any) -> None:
    """The spans of each unit along both axes."""
    for r, row_of_units in enumerate(moved):
        for c, seen in enumerate(row_of_units):
            rows, columns = seen.any(1).nonzero().flatten().tolist(), seen.any(0).nonzero().flatten().tolist()
            assert (reach[0].spans[r], reach[1].spans[c]) == ((rows[0], rows[-1]), (columns[0], columns[-1]))
