"""What `import convcli` hands out: the core's functions, for whom kernels and pictures have names.

Beside `cli` the second roof of the house: it joins kernels, pictures and reports, and neither imports the other.
"""
