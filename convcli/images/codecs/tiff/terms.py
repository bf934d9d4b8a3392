"""The numbers in TIFF's tags, and what they are called.

Source: TIFF 6.0 and its supplements; libtiff's and tifffile's lists for what came later.
"""

from __future__ import annotations

RAW, LZW, OLD_JPEG, JPEG, PACKBITS, WEBP = 1, 5, 6, 7, 32773, 50001
FAX = (2, 3, 4, 32771)
DEFLATE = (8, 32946)
UNPREDICTED = (*FAX, OLD_JPEG, JPEG, WEBP)  # compressions that have no use for Predictor
COMPRESSIONS = {
    RAW: "no", 2: "CCITT RLE", 3: "CCITT Group 3", 4: "CCITT Group 4", LZW: "LZW", OLD_JPEG: "old JPEG",
    JPEG: "JPEG", 8: "deflate", 32771: "CCITT RLE", PACKBITS: "PackBits", 32946: "deflate", 34925: "LZMA",
    50000: "ZSTD", WEBP: "WebP",
}  # fmt: skip
# What is known and not read.
FOREIGN_COMPRESSIONS = {
    9: "JBIG", 10: "JBIG", 32766: "NeXT", 32809: "ThunderScan", 32895: "IT8", 32896: "IT8", 32897: "IT8", 32898: "IT8",
    32908: "Pixar", 32909: "PixarLog", 32947: "Kodak DCS", 33003: "JPEG 2000", 33004: "JPEG 2000", 33005: "JPEG 2000",
    34661: "JBIG", 34663: "JBIG2", 34676: "SGI LogLuv", 34677: "SGI LogLuv", 34712: "JPEG 2000", 34887: "LERC",
    34892: "lossy DNG", 34933: "PNG", 34934: "JPEG XR", 22610: "JPEG XR", 48124: "JETRAW", 50002: "JPEG XL",
    52546: "JPEG XL", 65000: "EER", 65001: "EER", 65002: "EER",
}  # fmt: skip
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, MASK, CMYK, YCBCR, LAB, DEPTH = 0, 1, 2, 3, 4, 5, 6, 8, 51177
COLOURS = {WHITE_IS_ZERO: 1, BLACK_IS_ZERO: 1, RGB: 3, PALETTE: 1, MASK: 1, CMYK: 4, YCBCR: 3, LAB: 3, DEPTH: 1}
FOREIGN_COLOURS = {
    9: "ICC's CIELAB", 10: "ITU's CIELAB", 32803: "the mosaic of a camera's sensor (CFA)", 32844: "CIE Log2(L)",
    32845: "CIE Log2(L) with u'v'", 34892: "a camera's linear values (LinearRaw)", 52527: "semantic masks",
}  # fmt: skip
KINDS = {1: "u", 2: "i", 3: "f", 4: "u"}  # 4 is undefined: libtiff takes it for unsigned
COMPLEX = (5, 6)
FLOAT_BITS = (16, 24, 32, 64)
PREMULTIPLIED, ALPHA, COREL_ALPHA = 1, 2, 999
PLANES = 2
MAX_SEGMENTS = 1 << 20
