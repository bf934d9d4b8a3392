"""Equivariance: f(g(x)) against g(f(x)), where they agree, where not, and why."""
