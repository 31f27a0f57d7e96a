"""The sheet as a reader sees it: cells and their extent, what they say as entries, and what has been read so far."""
