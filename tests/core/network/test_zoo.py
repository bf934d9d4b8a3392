"""Known networks: found by name, and each with its source."""

from __future__ import annotations

import pytest

from convcli.core.network.zoo import NETWORKS, known_network
from convcli.errors import UnknownNameError
from tests.core.network.networks import network


def test_every_known_network_ends_in_its_classes() -> None:
    """10 digits, or 1000 classes of ImageNet; and every one has a source."""
    assert [network(k.text).rows[-1].output for k in NETWORKS] == [
        (10,),
        (1000,),
        (1000,),
        (1000,),
    ]
    assert all(k.source and k.about for k in NETWORKS)


def test_names_are_found_whatever_their_case_and_others_refused() -> None:
    """LeNet-5 is lenet-5; lenet5 is not, but near."""
    assert known_network(" LeNet-5 ").name == "lenet-5"
    with pytest.raises(UnknownNameError, match="did you mean lenet-5"):
        known_network("lenet5")
