"""`check` in words and in JSON: right or wrong, the first wrong output with its arithmetic, the mistake."""
