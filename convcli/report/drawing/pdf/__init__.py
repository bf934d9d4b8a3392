"""A drawing as a page of PDF: the file, the page, and its letters."""
