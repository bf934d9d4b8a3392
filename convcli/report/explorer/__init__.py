"""The explorer: one HTML file in which a person can take hold of a convolution; its parts lie in `page`."""
