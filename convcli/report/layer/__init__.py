"""What `params` and `matrix` show: records, tables, diagrams and pictures."""
