"""Explain: the window on its way over one plane, and the arithmetic at each stop."""
