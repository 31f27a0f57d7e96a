"""How an assessment is shown to its reader: as the contract's JSON (:mod:`.json`) or as plain text (:mod:`.text`)."""
