"""A layer's weights as an input of `show`: a .npy with four axes, or a tensor of a weight file."""

from __future__ import annotations

import os
import warnings

from convcli.cli.arguments.kernels import load_kernels, without_picture
from convcli.cli.commands.show.asked import ShowOptions
from convcli.core.kernel.kernel import Kernel
from convcli.errors import UsageError
from convcli.files.npy import HeaderError, read_header


def holds_filters(stack: str) -> bool:
    """Whether it is written as a kernel's file, @FILE, or is an .npy file with four axes."""
    if stack.startswith("@"):
        return True
    if not os.path.isfile(stack):
        return False
    try:
        with open(stack, "rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd headers are refused by whoever reads the array
            return len(read_header(file).shape) == 4
    except (HeaderError, OSError):
        return False


def load_filters(options: ShowOptions) -> tuple[Kernel, ...]:
    """The filters, all of one shape.

    Raises:
        UsageError: options that are for maps.
    """
    for_maps = {
        "--display": options.display != "auto",
        "--colormap": options.colormap,
        "--layout": options.layout != "hwc",
    }
    if given := [name for name, value in for_maps.items() if value]:
        raise UsageError(f"{given[0]} is for maps; {options.stack} holds filters, whose colours are their weights")
    text = options.stack if options.stack.startswith("@") else f"@{options.stack}"
    stack = load_kernels([text], layout=options.kernel_layout)
    if note := without_picture(stack):
        options.remark(f"hint: {note}")
    return stack.kernels
