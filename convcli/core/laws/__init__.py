"""Laws: what is true of every convolution, each checked by two routes that share no code.

`laws` lists them, a row each; `checks` checks them, by `sides`, `defining_sum`
and `pattern`; `contrast` says how far correlation and convolution are apart.
"""
