"""Charts of the topics, each with a text and a table of the same numbers."""
