"""What doctor looks at: one file a subject, each probe a function that gives findings."""
