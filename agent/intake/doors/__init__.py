"""One file per door.  A door turns its kind of line into a conversation."""
