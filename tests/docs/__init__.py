"""The pages under docs/: their links, commands, configuration and tables hold against the code."""
