"""How the networks that ship were trained; none of this is needed to run them."""
