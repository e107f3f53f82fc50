"""Where guides are found: those that come with the program, and beside an office's own forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from core.catalog import Catalog, resources_folder
from core.form.form import Form
from core.form.mistakes import Mistake
from core.narrative.guide import MAX_BYTES, Guide, GuideSection, read_guide
from core.narrative.notation import paragraph_in
from core.narrative.words import Sort, read_common
from core.problems import NianbaoError, Problem

_FOLDER: Final = "texts"
_COMMON: Final = "_common.toml"


class GuidesProblem(Problem):
    """Why the file of a form's text cannot be used."""

    UNREADABLE = "无法读取正文文件“{file}”：{reason}。"
    MISTAKES = "正文文件“{file}”有 {count} 处错误，第一处：{first}。"


class Guides:
    """The guides at hand, loaded when first asked for and kept.

    A guide's file is named after its form: ``texts/cn-2021.toml``; for forms of an office's own it
    stands in a folder ``texts`` within theirs. A form without one has a guide made of its labels.
    """

    def __init__(self, folders: Sequence[Path], common: Path) -> None:
        self._folders = list(folders)
        self.common_file: Final = common
        self._common: Mapping[str, Sort] | None = None
        self._loaded: dict[tuple[str, str], Guide] = {}

    @classmethod
    def standard(cls, catalog: Catalog) -> Guides:
        """The built-in guides, and those beside the catalog's own forms."""
        built_in = resources_folder() / _FOLDER
        own = [folder / _FOLDER for folder in catalog.own_folders]
        return cls([built_in, *own], built_in / _COMMON)

    def guide(self, form: Form) -> Guide:
        """The guide of *form*.

        Raises :class:`NianbaoError` (:class:`GuidesProblem`) naming the file and its first mistake.
        """
        key = form.id, form.digest
        if key not in self._loaded:
            self._loaded[key] = self._load(form)
        return self._loaded[key]

    def _load(self, form: Form) -> Guide:
        for folder in self._folders:
            path = folder / f"{form.id}.toml"
            if path.is_file():
                guide, mistakes = self.check_file(path, form)
                if guide is None:
                    raise NianbaoError(
                        GuidesProblem.MISTAKES,
                        file=path.name,
                        count=len(mistakes),
                        first=str(mistakes[0]),
                    )
                return guide
        return self._plain(form)

    def check_file(self, path: Path, form: Form) -> tuple[Guide | None, list[Mistake]]:
        """The guide in *path*, or every mistake in it. Raises :class:`NianbaoError` if unreadable."""
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            reason = error.strerror or str(error)
            raise NianbaoError(GuidesProblem.UNREADABLE, file=path.name, reason=reason) from error
        return read_guide(data, form, self._words())

    def _plain(self, form: Form) -> Guide:
        """The guide of a form that has none: one section of text, and its tables."""
        sections = (
            GuideSection("1", "一、总体情况"),
            GuideSection("2", "附表", tables=tuple(table.code for table in form.tables)),
        )
        title = paragraph_in("{office}{year}年" + form.title)
        return Guide(form, title, sections=sections, common=self._words())

    def _words(self) -> Mapping[str, Sort]:
        if self._common is None:
            self._common = read_common(self.common_file.read_bytes())
        return self._common
