"""Problems: one correlation, checked and completed before a pixel is read."""
