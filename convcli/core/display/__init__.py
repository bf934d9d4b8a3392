"""Display: from a response, in the picture's units, to pixels and colours.

`displays` and `colormaps` list what there is, a row each; `mapping` and
`colormap` make pixels and colours of it.
"""
