"""What formulas give: ``tree`` parses, ``arithmetic`` evaluates with ``operators``, ``functions`` and ``criteria``."""
