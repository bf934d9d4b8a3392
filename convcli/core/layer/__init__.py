"""One layer: what it costs fully connected, sparse and shared, and the matrix that it is."""
