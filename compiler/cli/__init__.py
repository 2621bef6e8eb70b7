"""The command line: one file a command. Thin on purpose: read, call one function, print, exit."""
