"""Networks that everyone counts against, written in the language of `parse_network`."""

from __future__ import annotations

from typing import NamedTuple

from convcli.registry import Registry


class Known(NamedTuple):
    """A named network: what it is, its layers, where they are from."""

    name: str
    about: str
    text: str
    source: str


_VGG_HEAD = "flatten fc:4096 relu dropout:0.5 fc:4096 relu dropout:0.5 fc:1000"


def _vgg(*stages: tuple[int, int]) -> str:
    blocks = (f"{f'conv:{filters},3,pad=1 relu ' * convs}pool:max,2" for filters, convs in stages)
    return f"224x224x3 {' '.join(blocks)} {_VGG_HEAD}"


NETWORKS = Registry(
    "network",
    (
        Known(
            "lenet-5",
            "digits, 28x28; average pools and ReLU",
            "28x28x1 conv:6,5,pad=2 relu pool:avg,2 conv:16,5 relu pool:avg,2 flatten fc:120 relu fc:84 relu fc:10",
            "LeCun, Bottou, Bengio, Haffner 1998, in the form that textbooks teach (every map joined to every map)",
        ),
        Known(
            "alexnet",
            "ImageNet, 224x224x3; one column",
            "224x224x3 conv:64,11,stride=4,pad=2 relu pool:max,3,stride=2 conv:192,5,pad=2 relu pool:max,3,stride=2 "
            "conv:384,3,pad=1 relu conv:256,3,pad=1 relu conv:256,3,pad=1 relu pool:max,3,stride=2 "
            "flatten dropout:0.5 fc:4096 relu dropout:0.5 fc:4096 relu fc:1000",
            "Krizhevsky 2014, as torchvision has it",
        ),
        Known(
            "vgg-11",
            "ImageNet, 224x224x3; configuration A",
            _vgg((64, 1), (128, 1), (256, 2), (512, 2), (512, 2)),
            "Simonyan, Zisserman 2015",
        ),
        Known(
            "vgg-16",
            "ImageNet, 224x224x3; configuration D",
            _vgg((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)),
            "Simonyan, Zisserman 2015",
        ),
    ),
)


def known_network(name: str) -> Known:
    """The network of that name.

    >>> known_network("lenet-5").text.split()[:2]
    ['28x28x1', 'conv:6,5,pad=2']
    """
    return NETWORKS.read(name)
