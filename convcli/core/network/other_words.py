"""Other words: what frameworks and textbooks call layers, and how each is written here."""

from __future__ import annotations

from typing import NamedTuple

from convcli.core.network.kinds import LAYER_KINDS
from convcli.errors import UnknownNameError, UsageError, printable


class Other(NamedTuple):
    """How a layer is written that others call by other words.

    Attributes:
        start: what the numbers follow.
        numbers: what they are; "" where there are none.
        words: in lower case, without hyphens.
    """

    start: str
    numbers: str
    words: tuple[str, ...]


OTHERS = (
    Other("fc:", "UNITS", ("dense", "linear", "fullyconnected", "innerproduct", "affine", "gemm", "mlp")),
    Other("conv:", "FILTERS,K", ("conv2d", "convolution", "convolution2d", "convolutional")),
    Other("local:", "FILTERS,K", ("locallyconnected", "locallyconnected2d", "unshared")),
    Other("pool:max,", "K", ("maxpool", "maxpool2d", "maxpooling", "maxpooling2d")),
    Other("pool:avg,", "K", ("avgpool", "avgpool2d", "averagepool", "averagepooling", "averagepooling2d", "meanpool")),
    Other("global-pool:avg", "", ("gap", "globalavgpool", "globalavgpool2d", "globalaveragepool",
                                  "globalaveragepooling", "globalaveragepooling2d", "adaptiveavgpool2d")),
    Other("global-pool:max", "", ("gmp", "globalmaxpool", "globalmaxpooling", "globalmaxpooling2d")),
    Other("batchnorm", "", ("bn", "batchnorm2d", "batchnormalization", "batchnormalisation")),
    Other("flatten", "", ("reshape", "view", "squeeze")),
    Other("dropout", "", ("drop", "dropout2d")),
)  # fmt: skip


class OtherWordError(UnknownNameError):
    """Raised when a layer is called as others call it; the message has it as it is written here."""

    def __init__(self, name: str, written: str) -> None:
        UsageError.__init__(self, f"no layer is called {printable(name)!r}; it is written {written}")
        self.name = name


def refuse_other_word(name: str, numbers: str = "") -> None:
    """Refuse a word of others, with the layer as it is written here.

    Args:
        numbers: what followed the word's colon, kept where the layer takes numbers.

    Raises:
        OtherWordError.

    >>> refuse_other_word("MaxPool2d", "2")
    Traceback (most recent call last):
    ...
    convcli.core.network.other_words.OtherWordError: no layer is called 'MaxPool2d'; it is written pool:max,2
    """
    word = name.strip().lower()
    if LAYER_KINDS.get(word) is not None:
        return
    word = word.replace("-", "").replace("_", "")
    for kind in LAYER_KINDS:
        if word == kind.name.replace("-", ""):
            raise OtherWordError(name, kind.form)
    for other in OTHERS:
        if word in other.words:
            raise OtherWordError(name, other.start + (numbers or other.numbers if other.numbers else ""))
