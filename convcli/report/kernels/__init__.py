"""What `kernels` and `flip` show: records, cards, figures, and the same with other tools."""
