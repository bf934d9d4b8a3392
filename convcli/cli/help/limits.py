"""The topic `limits`: what is too large to be taken, each figure read from the constant that refuses it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple


class Limit(NamedTuple):
    """One limit: what is counted, "module:NAME" of the constant within the package, and the option that moves it."""

    what: str
    constant: str
    option: str = ""

    @property
    def value(self) -> int:
        """The most that is taken.

        >>> Limit("layers of a network", "core.network.language:MOST_LAYERS").value
        10000
        """
        module, _, name = self.constant.partition(":")
        return int(getattr(import_module(f"convcli.{module}"), name))


LIMITS = (
    Limit("pixels of a picture, and of a response", "images.codec:MAX_PIXELS", "--max-pixels"),
    Limit("bytes from a pipe", "files.source:MAX_STREAM_BYTES"),
    Limit("pages of a TIFF", "images.codecs.tiff.codec:MAX_PAGES"),
    Limit("pixels of a WebP, each way", "images.codecs.webp.codec:MOST"),
    Limit("bytes of a kernel's text file", "kernels.reading.kernel_file:LARGEST_TEXT"),
    Limit("bytes of a kernel's .npy file", "kernels.reading.kernel_file:LARGEST_ARRAY"),
    Limit("rows and columns of a named kernel", "kernels.catalogue.recipe:LARGEST_SIZE"),
    Limit("weights of a bank", "kernels.catalogue.recipe:MOST_WEIGHTS"),
    Limit("layers of a network", "core.network.language:MOST_LAYERS"),
    Limit("entries of a matrix", "core.layer.matrix:MOST_ENTRIES", "--stride"),
    Limit("weights that learn finds at once", "core.learning.pairing:MOST_WEIGHTS"),
    Limit("outputs of explain --all", "cli.commands.explain.run:MOST_OUTPUTS", "--at, --crop"),
    Limit("runs of a --sweep", "core.equivariance.sweep:MOST_RUNS"),
    Limit("maps on a sheet of show", "cli.commands.show.run:MOST_MAPS"),
)


def limit_rows(say: Callable[[str], str] = str) -> str:
    """What is counted, the most that is taken, and the option that moves it, a line each."""
    from convcli.report.printing.wrapping import cells

    named = [(limit, say(limit.what)) for limit in LIMITS]
    rows = (f"  {what}{' ' * (40 - cells(what))} {limit.value:>13,}  {limit.option}" for limit, what in named)
    return "\n".join(row.rstrip() for row in rows)


def limits() -> str:
    """What is too large, and which option moves the limit."""
    return f"""\
What is larger is refused by name, before memory is taken for it:

  {"limit":<40} {"at most":>13}  option
{limit_rows()}
"""
