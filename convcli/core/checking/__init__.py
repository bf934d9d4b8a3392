"""Checking: a person's answer to an exercise beside the right one, and the mistake that explains all of it."""
