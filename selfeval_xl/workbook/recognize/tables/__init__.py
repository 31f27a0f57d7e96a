"""What all tables share: ``headings`` finds the columns, which get their ``keys`` from their words, from one another
(``together``, ``abreast``), from ``years`` and from stated rates (``proven``); ``rows`` reads what is below them,
``currency`` the unit, and ``anchor`` says where each begins."""
