"""The reader of indicators: the columns of their table for good, its rows one by one, its total."""
