"""The bureau's intake: reads and assesses all that came back, and writes the ledger (台账) of it; ``run`` is one run.

- ``sources`` finds the files, also in ``containers`` and ``mails``; ``units`` reads the list of who has to return what;
- ``gather`` takes each file's record from the ``journal``, or has the ``engine`` make it (``worker``);
- ``intake`` holds what came: which return counts (``versions``, ``names``), and what is missing (``rollcall``);
- ``ledger`` writes it down: ``tables`` in streamed ``rows``, ``statistics`` with ``charts``, and what somebody wrote in
  the last ledger (``reviews``, ``additions``); ``export`` writes the tables for other programs;
- ``replies`` and ``reminders`` are ``drafts`` of mails, with marked ``copies``; ``summary`` is what the command prints.

Nothing is imported here, as each worker would hold it in memory for ``worker`` alone.
"""
