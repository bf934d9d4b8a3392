"""The catalogue: every named kernel and bank, family by family."""
