"""What makes rows one form: where it begins, which readers it needs, and what only the whole of it tells."""
