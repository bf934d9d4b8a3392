"""A picture's way through a network, shown: table and record, a sheet of all layers, a sheet a layer."""
