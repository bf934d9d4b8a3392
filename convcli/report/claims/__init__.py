"""What `claims` shows: the chapter as a list, one claim tried, all of them a line each; and a figure for some."""
