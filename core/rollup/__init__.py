"""汇总: the receiving office reads, checks, adds up and chases the reports that units have sent.

    FOLDER ─► sources.walk ─► reading ─► Reading (one a report, kept in the 汇总文件)
                                            │
    单位名单 ─► UnitList ───────────────────┤
    decisions made by people ───────────────┼─► settling ─► Result ─► output (OUT.xlsx, texts, JSON)
    last year's 汇总文件 ───────────────────┘

- ``Unit``, ``UnitList``: who has to report: name, code, group, level, other names, address. Owned by
  the office's own list, or by the files where there is none.
- ``Reading``: what one report in one file says: unit, period, form, figures, seal, doubts, failed
  checks. Made by ``reading`` alone, never changed, owned by ``kept``.
- ``Decision``: what a person settled about one report (by the SHA-256 of its bytes). Made by
  ``session.Rollup``, owned by ``kept``.
- ``Result``: which report counts for which unit, and what follows: states, sums, findings. Owned by
  nobody: made anew from the above each time.

Rules that hold everywhere:

- The sources are read and never written to. A file that cannot be read has a line with its reason.
- A report whose unit, period or figures are in doubt is not added before a person agreed.
- Of several reports of a unit one is taken; the others stay in view. None is added twice.
- Sums are exact. Blank, 0 and 不适用 are kept apart.
- Everything in ``Result`` is in an order that does not depend on the order of reading, so that two
  runs over the same files give the same bytes.

A window drives :class:`core.rollup.session.Rollup`: ``scan`` with a progress callback and a question
whether to stop; ``result`` after each scan or decision; ``save``.
"""
