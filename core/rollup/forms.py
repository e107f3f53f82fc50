"""The forms as they were when a roll-up began: thousands of files need not look for them anew."""

from __future__ import annotations

from pathlib import Path

from core.catalog import BrokenForm, Catalog
from core.checks.checks import CheckSet
from core.form.form import Form


class SteadyCatalog(Catalog):
    """A catalog that looks into its folders once."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__(())
        self._catalog = catalog
        self._paths = catalog.paths()
        self._checks: dict[str, CheckSet] = {}
        self._all: tuple[list[Form], list[BrokenForm]] | None = None

    def paths(self) -> dict[str, Path]:
        """The form files by id, built-in ones first."""
        return self._paths

    def checks(self, form_id: str) -> CheckSet:
        """The form of that id with its checks. Raises :class:`NianbaoError`."""
        found = self._checks.get(form_id)
        if found is None:
            found = self._checks[form_id] = self._catalog.checks(form_id)
        return found

    def all_forms(self) -> tuple[list[Form], list[BrokenForm]]:
        """Every form that can be used, and every file that cannot."""
        if self._all is None:
            self._all = self._catalog.all_forms()
        return self._all
