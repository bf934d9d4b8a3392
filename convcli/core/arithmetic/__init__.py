"""Arithmetic: fast sums of arrays. It knows arrays, and never a problem."""
