"""Reading kernels: whatever `-k` understands."""
