"""Printing: the tools that tables, numbers, JSON and progress are made with."""
