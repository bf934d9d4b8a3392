"""The topic of `convcli help` on how a network is written."""

from __future__ import annotations

from convcli.cli.help import registry_rows


def networks() -> str:
    """How a network is written, for summary: layers, branches, repeats, blocks."""
    return f"""\
The input's shape (HxWxC: rows, columns, channels), then layers, apart by blanks or lines; # begins a comment:

  28x28x1 conv:6,5,pad=2 relu pool:avg,2 conv:16,5 relu pool:avg,2 flatten fc:120 relu fc:84 relu fc:10

A layer's values stand after : in the order of its form, or with their names; N and K may be ROWSxCOLUMNS:

{registry_rows.kinds()}

Branches stand in parentheses, | between them. Each is given what comes in; skip, or nothing, leaves it as it is:

  add( conv:64,3,pad=1 batchnorm relu conv:64,3,pad=1 batchnorm | skip ) relu      as a ResNet has it
  concat( conv:64,1 | conv:96,3,pad=1 | pool:max,3,stride=1,pad=1 conv:32,1 )      as an Inception has it

repeat(3, conv:8,3,pad=1 relu) writes its layers three times. A block is named before it is used, its open values in
{{}}; NAME:64,2 or NAME:64,s=2 gives them, s=1 stands where it is left out:

  block unit:f,s=1 ( conv:{{f}},3,stride={{s}},pad=1 batchnorm relu )
  224x224x3 unit:32,2 repeat(2, unit:32) unit:64,2

Branches, repeats and blocks may stand in each other; in a file over as many lines as they need. In a shell the whole
network is quoted, so that ( and | reach convcli.

pad=N      N rows and columns on every side          pad=same     stride 1 keeps the size; an even K's odd pixel before
pad=valid  none                                      pad=tf-same  ceil(n / stride) outputs; the odd pixel after, as
pad=full   wherever the window touches                            TensorFlow and Keras have it
ceil=yes   a pool's last window may hang over the end, if it begins before it (PyTorch's ceil_mode)

Where branches meet, the receptive field is their union. Behind upsampling units stand closer than pixels: stride 1/2.
"""
