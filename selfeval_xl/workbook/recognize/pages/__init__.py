"""What a conversion from print took apart, and what its pages left among the rows."""
