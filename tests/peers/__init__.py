"""Other tools' filters, and what their documentation says of them."""
