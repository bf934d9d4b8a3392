"""Weight files of networks: names, dtypes and shapes of their tensors, from the headers alone."""
