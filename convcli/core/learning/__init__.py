"""Learning: the kernel and bias that turn one picture into another."""
