"""The sheet as a human sees it (``sheet``), with formulas worked out (``unstored``); cells as ``titles``,
``money_words`` and entries (``values``); the columns of a ``table``; and the ``draft`` that readers fill."""
