"""The language of drawings: a file of phrases for each, NAME.txt beside this one; messages and tables stay English."""
