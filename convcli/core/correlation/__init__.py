"""Correlation: check, plan, and run band by band into a sink."""
