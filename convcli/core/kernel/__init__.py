"""Kernels: the weights of one filter or of several, and what can be said of them without a picture."""
