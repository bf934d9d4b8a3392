"""The claims of a textbook chapter on convolutional layers, tried: each by a route that shares no code with it.

The chapter itself, a row a claim, is `convcli.report.claims.chapter`.
"""
