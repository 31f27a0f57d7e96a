"""What formulas give: ``tree`` takes one apart, ``arithmetic`` works it out; the rest knows operators and functions."""
