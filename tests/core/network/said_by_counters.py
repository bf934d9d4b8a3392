"""What the counters said when they were run, by the versions of their rows, of texts that have every kind of layer.

`test_counters_as_run` asks the tools again where they are installed.
"""

from __future__ import annotations

TOOLS = ("fvcore", "thop", "torchinfo", "ptflops", "calflops", "onnx-tool", "keras")

SAID: dict[str, tuple[int | None, ...]] = {
    "8x8x3 conv:4,3 relu": (3888, 3888, 4032, 4320, 8064, 4176, 112),
    "12x10x4 conv:6,3,pad=1,groups=2 batchnorm relu6 lrn:3 elu gelu silu leaky-relu hard-swish hard-sigmoid "
    "sigmoid tanh softmax": (14_400, 17_880, 13_692, 24_000, 34_800, 251_280, 138),
    "9x11x4 conv-transpose:6,3x2,stride=2,pad=1,output-pad=1 pool:max,3,stride=2,ceil=yes pool:avg,2 upsample:2 "
    "upsample:2,bilinear crop:1 dropout global-pool:avg flatten fc:5 batchnorm": (
        23_968, 77_720, 56_745, 30_009, 33_682, 98_662, 205,
    ),
    # Keras has no transposed convolution in groups.
    "9x11x4 conv-transpose:8,3x2,stride=2,dilation=2,groups=2": (9504, 46_368, 50_232, 13_368, 9564, 96_600, None),
    "10x9x4 add( conv:4,3,pad=1,name=a relu conv:4,3,pad=1,share=a | skip | conv:4,1,bias=no ) "
    "multiply( global-pool:max conv:4,1 | skip ) concat( skip | conv:2,3,pad=tf-same ) global-pool:max flatten "
    "fc:3,bias=no softmax": (33_874, 33_882, 34_778, 37_301, 69_915, 37_226, 276),
}  # fmt: skip
