"""Laws: what is true of every convolution, each checked by two routes that share no code."""
