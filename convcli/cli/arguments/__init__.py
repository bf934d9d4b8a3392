"""Arguments: what stands on the command line, read into kernels, shapes and drawings."""
