"""The longer networks of the list, each as a person would write it in a file."""

from __future__ import annotations


def vgg(*convs: int) -> str:
    """A VGG with so many convolutions in each of its five stages."""
    stages = "\n".join(
        f"repeat({times}, conv:{filters},3,pad=1 relu) pool:max,2"
        for filters, times in zip((64, 128, 256, 512, 512), convs, strict=True)
    )
    return f"224x224x3\n{stages}\nflatten fc:4096 relu dropout:0.5 fc:4096 relu dropout:0.5 fc:1000"


def resnet_of_pairs(*units: int) -> str:
    """A ResNet of pairs of 3x3 convolutions, so many in each of its four stages."""
    first, *others = units
    stages = "\n".join(
        f"down:{filters} repeat({times - 1}, unit:{filters})"
        for filters, times in zip((128, 256, 512), others, strict=True)
    )
    return f"""{_RESNET_STEM}
block pair:f,s=1 (
  conv:{{f}},3,stride={{s}},pad=1,bias=no batchnorm relu
  conv:{{f}},3,pad=1,bias=no batchnorm
)
block unit:f ( add( pair:{{f}} | skip ) relu )
block down:f ( add( pair:{{f}},2 | conv:{{f}},1,stride=2,bias=no batchnorm ) relu )
repeat({first}, unit:64)
{stages}
global-pool:avg flatten fc:1000"""


def resnet_of_bottlenecks(*units: int) -> str:
    """A ResNet of bottlenecks, so many in each of its four stages."""
    stages = "\n".join(
        f"project:{f},{4 * f},{s} repeat({times - 1}, unit:{f},{4 * f})"
        for f, s, times in zip((64, 128, 256, 512), (1, 2, 2, 2), units, strict=True)
    )
    return f"""{_RESNET_STEM}
{_BOTTLENECK}
block project:f,out,s ( add( bottleneck:{{f}},{{out}},{{s}} | conv:{{out}},1,stride={{s}},bias=no batchnorm ) relu )
{stages}
global-pool:avg flatten fc:1000"""


_RESNET_STEM = """224x224x3
conv:64,7,stride=2,pad=3,bias=no batchnorm relu pool:max,3,stride=2,pad=1"""

_BOTTLENECK = """block bottleneck:f,out,s=1 (
  conv:{f},1,bias=no batchnorm relu
  conv:{f},3,stride={s},pad=1,bias=no batchnorm relu
  conv:{out},1,bias=no batchnorm
)
block unit:f,out ( add( bottleneck:{f},{out} | skip ) relu )"""

RESNET_V1_50 = f"""224x224x3
conv:64,7,stride=2,pad=3,bias=no batchnorm relu pool:max,3,stride=2,pad=tf-same
{_BOTTLENECK}
block widen:f,out ( add( bottleneck:{{f}},{{out}} | conv:{{out}},1,bias=no batchnorm ) relu )
block last:f,out ( add( bottleneck:{{f}},{{out}},2 | pool:max,1,stride=2 ) relu )  # its stride is the stage's
widen:64,256 unit:64,256 last:64,256
widen:128,512 repeat(2, unit:128,512) last:128,512
widen:256,1024 repeat(4, unit:256,1024) last:256,1024
widen:512,2048 repeat(2, unit:512,2048)
global-pool:avg flatten fc:1000"""

DENSENET_121 = """224x224x3
conv:64,7,stride=2,pad=3,bias=no batchnorm relu pool:max,3,stride=2,pad=1
block dense ( concat( skip | batchnorm relu conv:128,1,bias=no batchnorm relu conv:32,3,pad=1,bias=no ) )
block halve:f ( batchnorm relu conv:{f},1,bias=no pool:avg,2 )
repeat(6, dense) halve:128
repeat(12, dense) halve:256
repeat(24, dense) halve:512
repeat(16, dense)
batchnorm relu global-pool:avg flatten fc:1000"""

SQUEEZENET = """224x224x3
block fire:s,e ( conv:{s},1 relu concat( conv:{e},1 relu | conv:{e},3,pad=1 relu ) )
block down ( pool:max,3,stride=2,ceil=yes )
conv:64,3,stride=2 relu down
repeat(2, fire:16,64) down
repeat(2, fire:32,128) down
repeat(2, fire:48,192) repeat(2, fire:64,256)
dropout:0.5 conv:1000,1 relu global-pool:avg flatten"""

MOBILENET_V1 = """224x224x3
block separable:c,f,s=1 (
  conv:{c},3,stride={s},pad=tf-same,groups={c},bias=no batchnorm relu6
  conv:{f},1,bias=no batchnorm relu6
)
conv:32,3,stride=2,pad=tf-same,bias=no batchnorm relu6
separable:32,64
separable:64,128,2 separable:128,128
separable:128,256,2 separable:256,256
separable:256,512,2 repeat(5, separable:512,512)
separable:512,1024,2 separable:1024,1024
global-pool:avg flatten dropout:0.001 fc:1000"""

MOBILENET_V2 = """224x224x3
block narrow:c,f,s=1 (  # one window a channel, then fewer channels
  conv:{c},3,stride={s},pad=1,groups={c},bias=no batchnorm relu6
  conv:{f},1,bias=no batchnorm
)
block inverted:c,f,s=1 ( conv:{c},1,bias=no batchnorm relu6 narrow:{c},{f},{s} )
block unit:c,f ( add( inverted:{c},{f} | skip ) )
conv:32,3,stride=2,pad=1,bias=no batchnorm relu6
narrow:32,16
inverted:96,24,2 unit:144,24
inverted:144,32,2 repeat(2, unit:192,32)
inverted:192,64,2 repeat(3, unit:384,64)
inverted:384,96 repeat(2, unit:576,96)
inverted:576,160,2 repeat(2, unit:960,160)
inverted:960,320
conv:1280,1,bias=no batchnorm relu6
global-pool:avg flatten dropout:0.2 fc:1000"""

GOOGLENET = """224x224x3
block unit:f,k=1 ( conv:{f},{k},pad=same,bias=no batchnorm relu )
block down ( pool:max,3,stride=2,ceil=yes )
block inception:a,b,c,d,e,f (
  concat( unit:{a} | unit:{b} unit:{c},3 | unit:{d} unit:{e},3 | pool:max,3,stride=1,pad=1,ceil=yes unit:{f} )
)
conv:64,7,stride=2,pad=3,bias=no batchnorm relu down
unit:64 unit:192,3 down
inception:64,96,128,16,32,32 inception:128,128,192,32,96,64 down
inception:192,96,208,16,48,64 inception:160,112,224,24,64,64 inception:128,128,256,24,64,64
inception:112,144,288,32,64,64 inception:256,160,320,32,128,128 pool:max,2,ceil=yes
inception:256,160,320,32,128,128 inception:384,192,384,48,128,128
global-pool:avg flatten dropout:0.2 fc:1000"""

NIN = """224x224x3
block mlpconv:f,k,s=1,p=0 ( conv:{f},{k},stride={s},pad={p} relu repeat(2, conv:{f},1 relu) )
block down ( pool:max,3,stride=2,ceil=yes )
mlpconv:96,11,4 down
mlpconv:256,5,p=2 down
mlpconv:384,3,p=1 down dropout:0.5
conv:1024,3,pad=1 relu conv:1024,1 relu conv:1000,1 relu
global-pool:avg flatten"""

UNET = """572x572x1
block two:f ( conv:{f},3 relu conv:{f},3 relu )
block up:f ( conv-transpose:{f},2,stride=2 )
two:64
concat( crop:88 | pool:max,2 two:128
  concat( crop:40 | pool:max,2 two:256
    concat( crop:16 | pool:max,2 two:512
      concat( crop:4 | pool:max,2 two:1024 up:512 )
    two:512 up:256 )
  two:256 up:128 )
two:128 up:64 )
two:64
conv:2,1"""
