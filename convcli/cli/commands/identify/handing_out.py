"""The probes as files in a folder, for a filter that no command reaches."""

from __future__ import annotations

import os

from convcli import images
from convcli.cli.commands.identify.asked import IdentifyOptions
from convcli.cli.commands.identify.asking import README
from convcli.cli.commands.identify.picture_answers import encoded, suffix_for
from convcli.cli.commands.identify.proof import GREY, UNSEEN
from convcli.core.identify.probes import Depth, Probe, at_depth, probes
from convcli.errors import OptionError, many
from convcli.files import check_target, make_folders, write_bytes

GUIDE = """\
The pictures in this folder are probes. Put each through the filter, all with the same settings, and save what comes
out under the same name in another folder, in any format that loses nothing (.png, .tif, .npy ...). Do not scale,
crop, rotate or colour-manage them. Grey pictures are needed; where the filter takes no colour, no alpha or no 16 bits,
leave those pictures out. Then:

  convcli identify --results FOLDER{more}

"""


def write_probes(folder: str, depth: Depth, options: IdentifyOptions) -> None:
    """The probes as files, and what to do with them."""
    file_format = options.given_format
    every = [*probes(depth), unseen_probe(depth)]
    files = {f"{probe.name}{suffix_for(probe.pixels, file_format)}": probe for probe in every}
    contents: dict[str, bytes] = {}
    left: list[str] = []
    for name, probe in files.items():
        try:
            contents[name] = encoded(probe.pixels, file_format)
        except OptionError:
            left.append(probe.name)
    guide = GUIDE.format(more="" if options.depth == "8" else f" --depth {options.depth}")
    guide += "".join(f"  {name:<24} {files[name].purpose}\n" for name in contents)
    _write_all(folder, contents | {README: guide.encode()}, force=options.force)
    if left:
        options.remark(f"{file_format} cannot hold {', '.join(left)}: left out")
    options.remark(f"{folder}: {many(len(contents), 'probe')} and {README}, which says what to do with them")


def unseen_probe(depth: Depth) -> Probe:
    """A photograph, for the proof."""
    pixels = images.read(GREY).pixels
    return Probe(UNSEEN, at_depth(pixels, depth), "the proof: a picture that the verdict does not rest on")


def _write_all(folder: str, contents: dict[str, bytes], *, force: bool) -> None:
    make_folders(folder)
    targets = [os.path.join(folder, name) for name in contents]
    for target in targets:
        check_target(target, force=force)
    for target, content in zip(targets, contents.values(), strict=True):
        write_bytes(target, content, force=force)
