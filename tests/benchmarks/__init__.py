"""Benchmarks beside other tools: `python -m tests.benchmarks core|cli|batch|memory|curves`.

Not part of the tests: they measure time.  Every contest is run in turns, so that
a machine that drifts drifts for all; ratios come first; results are compared.
"""
