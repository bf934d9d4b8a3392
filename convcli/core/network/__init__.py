"""Networks: layers in a line, followed and counted in exact integers."""
