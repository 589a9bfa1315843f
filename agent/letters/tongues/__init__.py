"""The words of the letters, a language a file, so that its readers can proof-read it."""
