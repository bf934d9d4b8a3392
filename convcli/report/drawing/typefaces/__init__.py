"""Typefaces that are installed, for characters that the built-in font lacks; no file is written, no library needed."""
