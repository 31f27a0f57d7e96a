"""The indicator table: ``columns`` settles its columns, ``outline`` its levels without columns; ``reader`` reads it
``row`` by row down to its ``totals``; ``points`` completes the weights, ``execution`` moves the budget's score to the
funds, and ``reviews`` reads second judges."""
