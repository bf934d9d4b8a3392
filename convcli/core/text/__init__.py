"""Text: numbers, shapes and matrices as people type them."""
