"""Drawing: marks on a canvas, and pixels, SVG and PDF made of them; panels, sheets and films."""
