"""The topics of `convcli help` on how a network is written, and how a picture is prepared for one."""

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


def preparation() -> str:
    """How a picture becomes a network's input, for run and equivariance --network."""
    return """\
A network was trained on pictures of one size, in one range, in one order of colours; fed others, it answers anyway.
What was done to a picture is said on stderr, and every step can be set:

  channels         as many as the network takes: grey (luma) of colour, or grey three times. Others are refused.
  --fit crop       the picture's middle that has the input's shape, resized (linearly; blurred first where it shrinks)
  --fit resize     all of the picture, its shape distorted
  --fit none       nothing: another size is refused
  --input-size     rows and columns, where the network leaves them open; else the picture's own are taken
  --channel-order  bgr for models that came from Caffe or OpenCV
  --input-scale    samples are multiplied by it: 1/255 makes 0..1 of 8 bits (1/65535 of 16), which is the default;
                   1 for networks on 0..255. Floats, and networks whose input is whole numbers, are left as they are.
  --mean, --std    then the mean is subtracted, and divided by the deviation: one number, or one a channel

torchvision's ImageNet models:  --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225
Caffe's:                        --channel-order bgr --input-scale 1 --mean 104,117,123
-1..1 (Inception, MobileNet):   --mean 0.5 --std 0.5

A .npy of the network's own input shape - (C, H, W) or (1, C, H, W), (H, W, C) where the input is so - is fed as it is,
so that what a framework prepared can be run here. Other arrays are pictures (H, W, C).

What comes out are probabilities only where the network ends in softmax, or with --softmax; else they are logits.
"""
