"""Display: from a response, in the picture's units, to pixels and colours."""
