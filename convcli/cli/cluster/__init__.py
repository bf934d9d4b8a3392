"""Work on a Dask cluster: addresses, the connection, what is checked before work begins, and tasks in order.

`distributed` is imported in this room alone, and only where a cluster was asked for.  Nothing of our code is sent:
a worker imports its own, which must be the same.  What a command does there stands with the command.
"""
