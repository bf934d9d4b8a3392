"""Pillow: the one room that decodes and encodes with it."""
