"""Networks that everyone counts against, written in the language of `parse_network`."""

from __future__ import annotations

from typing import NamedTuple

from convcli.core.network.zoo_texts import (
    DENSENET_121,
    GOOGLENET,
    MOBILENET_V1,
    MOBILENET_V2,
    NIN,
    RESNET_V1_50,
    SQUEEZENET,
    UNET,
    resnet_of_bottlenecks,
    resnet_of_pairs,
    vgg,
)
from convcli.registry import Registry


class Known(NamedTuple):
    """A named network: what it is, its layers, where they are from."""

    name: str
    about: str
    text: str
    source: str


_SIMONYAN = "Simonyan, Zisserman 2015"
_HE = "He, Zhang, Ren, Sun 2016, as torchvision has it (strides in the 3x3 convolutions)"

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
            "digits",
            "digits, 8x8; its trained weights ship with the tool",
            "8x8x1 conv:8,3,pad=1,bias=no relu conv:16,3,pad=1 relu pool:max,2 conv:32,3,pad=1 relu pool:max,2 "
            "flatten fc:10",
            "this tool's own, trained by tests/training/digits.py",
        ),
        Known(
            "alexnet",
            "ImageNet, 224x224x3; one column",
            "224x224x3 conv:64,11,stride=4,pad=2 relu pool:max,3,stride=2 conv:192,5,pad=2 relu pool:max,3,stride=2 "
            "conv:384,3,pad=1 relu conv:256,3,pad=1 relu conv:256,3,pad=1 relu pool:max,3,stride=2 "
            "flatten dropout:0.5 fc:4096 relu dropout:0.5 fc:4096 relu fc:1000",
            "Krizhevsky 2014, as torchvision has it",
        ),
        Known("nin", "ImageNet, 224x224x3; 1x1 convolutions, no fc", NIN, "Lin, Chen, Yan 2014, as Caffe's zoo has it"),
        Known("vgg-11", "ImageNet, 224x224x3; configuration A", vgg(1, 1, 2, 2, 2), _SIMONYAN),
        Known("vgg-16", "ImageNet, 224x224x3; configuration D", vgg(2, 2, 3, 3, 3), _SIMONYAN),
        Known("vgg-19", "ImageNet, 224x224x3; configuration E", vgg(2, 2, 4, 4, 4), _SIMONYAN),
        Known(
            "googlenet", "ImageNet, 224x224x3; Inception v1, no side exits", GOOGLENET,
            "Szegedy and others 2015, as torchvision has it (batchnorm; 3x3 where the paper has 5x5)",
        ),
        Known("resnet-18", "ImageNet, 224x224x3; pairs of 3x3, skips", resnet_of_pairs(2, 2, 2, 2), _HE),
        Known("resnet-34", "ImageNet, 224x224x3; pairs of 3x3, skips", resnet_of_pairs(3, 4, 6, 3), _HE),
        Known("resnet-50", "ImageNet, 224x224x3; bottlenecks, skips", resnet_of_bottlenecks(3, 4, 6, 3), _HE),
        Known("resnet-101", "ImageNet, 224x224x3; bottlenecks, skips", resnet_of_bottlenecks(3, 4, 23, 3), _HE),
        Known(
            "resnet-v1-50", "resnet-50 with strides at the ends of stages", RESNET_V1_50,
            "TF-Slim's resnet_v1_50, whose receptive fields are those of the published tables",
        ),
        Known(
            "densenet-121", "ImageNet, 224x224x3; every layer sees all before", DENSENET_121,
            "Huang, Liu, van der Maaten, Weinberger 2017, as torchvision has it",
        ),
        Known(
            "squeezenet-1.1", "ImageNet, 224x224x3; squeeze and expand", SQUEEZENET,
            "Iandola and others 2016, release 1.1, as torchvision has it",
        ),
        Known(
            "mobilenet-v1", "ImageNet, 224x224x3; depthwise, then 1x1", MOBILENET_V1,
            "Howard and others 2017, as Keras has it",
        ),
        Known(
            "mobilenet-v2", "ImageNet, 224x224x3; inverted bottlenecks", MOBILENET_V2,
            "Sandler and others 2018, as torchvision has it",
        ),
        Known(
            "u-net", "segmentation, 572x572x1; crops and concats", UNET,
            "Ronneberger, Fischer, Brox 2015, without its dropout",
        ),
    ),
)  # fmt: skip


def known_network(name: str) -> Known:
    """The network of that name.

    >>> known_network("lenet-5").text.split()[:2]
    ['28x28x1', 'conv:6,5,pad=2']
    """
    return NETWORKS.read(name)
