"""What words mean by themselves, wherever they stand: ``labels`` by the ``vocabulary`` and its guesses, ``figures``,
``years``, numbering (``marks``), names of ``totals``, and scoring ``standards``."""
