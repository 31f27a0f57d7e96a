"""What all tables have in common: headings by which columns get their keys, and the rows below these."""
