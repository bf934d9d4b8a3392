"""One file per subcommand, each exposing `command`; the root group finds them by their names."""
