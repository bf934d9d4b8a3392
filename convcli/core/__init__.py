"""Pure NumPy: arrays in, arrays out; no files, no printing, no Click, Pillow or rich."""
