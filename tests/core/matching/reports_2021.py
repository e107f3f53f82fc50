"""Figures in the manner of published reports of the 2021 edition, to make texts of: no words.

- :data:`CITY`: a large city's for 2025, out of a public file; every rule of the form holds.
- :data:`TOWN`: a small town's for 2024, as most are: nothing but noughts, and a few licences. Put
  together from pages of which only parts were seen.
- :data:`BUREAU`: an office's whose own figures do not balance (60 + 0 ≠ 61 + 0); its second table
  is filled in by us.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from core.catalog import Catalog
from core.values import CellValue

FORM: Final = Catalog.standard().form("cn-2021")
_COLUMNS: Final = ("natural", "company", "research", "charity", "legal", "other", "total")
_ENDS: Final = ("upheld", "corrected", "other", "pending", "total")
_ROWS: Final = tuple(row.code for row in FORM.table("3").rows if row.columns)


def _figures(
    regulations: Sequence[int],
    documents: Sequence[int],
    decided: Sequence[int],
    applications: Mapping[str, Sequence[int]],
    disputes: Sequence[int],
) -> dict[str, CellValue]:
    values: dict[str, CellValue] = dict.fromkeys(FORM.cells, 0)
    for code, row in (("2-1.1", regulations), ("2-1.2", documents)):
        values |= {
            f"{code}:{c}": v for c, v in zip(("made", "repealed", "valid"), row, strict=True)
        }
    cells = ("2-5.1:decided", "2-6.1:decided", "2-6.2:decided", "2-8.1:charged")
    values |= dict(zip(cells, decided, strict=True))
    for code in _ROWS:
        row = applications.get(code, (0,) * 7)
        values |= {f"{code}:{c}": v for c, v in zip(_COLUMNS, row, strict=True)}
    for code, at in (("4-1", 0), ("4-2.1", 5), ("4-2.2", 10)):
        values |= {f"{code}:{c}": v for c, v in zip(_ENDS, disputes[at : at + 5], strict=True)}
    return values


CITY: Final = _figures(
    (3, 5, 74),
    (564, 984, 4185),
    (11398889, 6937489, 166105, 316441),
    {
        "3-1": (13612, 252, 0, 45, 128, 32, 14069),
        "3-2": (535, 6, 0, 1, 18, 0, 560),
        "3-3.1": (5345, 129, 0, 41, 19, 14, 5548),
        "3-3.2": (2120, 39, 0, 1, 6, 2, 2168),
        "3-3.3.1": (13, 0, 0, 0, 0, 0, 13),
        "3-3.3.2": (30, 0, 0, 0, 0, 0, 30),
        "3-3.3.3": (11, 0, 0, 0, 0, 0, 11),
        "3-3.3.4": (49, 2, 0, 0, 0, 0, 51),
        "3-3.3.5": (103, 1, 0, 0, 0, 0, 104),
        "3-3.3.6": (84, 1, 0, 0, 0, 0, 85),
        "3-3.3.7": (282, 4, 0, 0, 0, 0, 286),
        "3-3.3.8": (147, 0, 0, 0, 1, 2, 150),
        "3-3.4.1": (3075, 50, 0, 0, 89, 8, 3222),
        "3-3.4.2": (177, 3, 0, 0, 0, 0, 180),
        "3-3.4.3": (19, 0, 0, 0, 0, 0, 19),
        "3-3.5.1": (199, 1, 0, 0, 3, 0, 203),
        "3-3.5.2": (147, 1, 0, 0, 0, 0, 148),
        "3-3.5.4": (100, 1, 0, 0, 0, 0, 101),
        "3-3.5.5": (5, 0, 0, 0, 0, 0, 5),
        "3-3.6.1": (315, 3, 0, 0, 0, 0, 318),
        "3-3.6.2": (202, 0, 0, 1, 0, 0, 203),
        "3-3.6.3": (941, 17, 0, 1, 3, 3, 965),
        "3-3.7": (13364, 252, 0, 44, 121, 29, 13810),
        "3-4": (783, 6, 0, 2, 25, 3, 819),
    },
    (376, 97, 196, 121, 790, 16, 1, 12, 27, 56, 74, 1, 30, 51, 156),
)

TOWN: Final = _figures((0, 0, 0), (0, 0, 0), (2, 0, 0, 0), {}, (0,) * 15)

BUREAU: Final = _figures(
    (0, 0, 0),
    (1, 0, 8),
    (0, 0, 0, 0),
    {
        "3-1": (60, 2, 0, 0, 0, 0, 62),
        "3-3.1": (59, 2, 0, 0, 0, 0, 61),
        "3-3.2": (1, 0, 0, 0, 0, 0, 1),
        "3-3.6.3": (1, 0, 0, 0, 0, 0, 1),
        "3-3.7": (61, 2, 0, 0, 0, 0, 63),
    },
    (0,) * 15,
)
