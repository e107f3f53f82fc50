"""Where forms are found: those that come with the program, and an office's own folder."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from core.checks.binding import bind_checks
from core.checks.checks import CheckSet
from core.form.editions import ALWAYS
from core.form.form import Form
from core.form.mistakes import Mistake, Where, check_at
from core.form.read_toml import MAX_BYTES, read_form
from core.period import Period
from core.problems import NianbaoError, Problem
from core.storage.filesystem import FileSystem, reason_of, storage_error


class FormProblem(Problem):
    """Why a form cannot be used."""

    UNREADABLE = "无法读取表样文件“{file}”：{reason}。"
    MISTAKES = "表样文件“{file}”有 {count} 处错误，第一处：{first}。"
    OTHER_ID = "表样文件“{file}”里写的代号是“{id}”，请把文件名改为 {id}.toml。"
    SHADOWED = "表样文件“{file}”没有使用：代号“{id}”与自带的表样相同，请换一个代号和文件名。"
    UNKNOWN = "没有代号为“{id}”的表样，可用的有：{known}。"


class EditionRemark(Problem):
    """What is said of a report on an edition that is not the one for its period; no error."""

    OTHER = "“{form}”{in_force}使用，{period}的报表应当用“{wanted}”。"
    SHORT = "{period}应当用“{wanted}”。"
    NONE = "“{form}”{in_force}使用，不是{period}的表样，请核对。"


def newest_in_force(forms: Iterable[Form], period: Period) -> Form | None:
    """The newest of *forms* that says it is in force for *period*; of equals the first by id."""
    fitting = [
        form
        for form in forms
        if form.in_force != ALWAYS
        and form.period_kind is period.kind
        and form.in_force.covers(period)
    ]
    fitting.sort(key=lambda form: form.id)
    return max(fitting, key=lambda form: _begin(form), default=None)


def edition_remark(forms: Iterable[Form], form: Form, period: Period) -> str:
    """What to say where *form* is not in force for *period*; empty where it is."""
    if form.in_force.covers(period):
        return ""
    wanted = newest_in_force(forms, period)
    names = {"form": form.name, "in_force": form.in_force, "period": period.label}
    if wanted is None:
        return EditionRemark.NONE.sentence(**names)
    return EditionRemark.OTHER.sentence(**names, wanted=wanted.name)


def _begin(form: Form) -> tuple[int, float]:
    first = form.in_force.first
    return first.sort_key if first is not None else (0, 0.0)


def resources_folder() -> Path:
    """The folder ``resources`` of this installation, frozen into a program or not."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parent.parent
    return root / "resources"


def check_form_file(path: Path) -> tuple[CheckSet | None, list[Mistake]]:
    """The form in *path* with its checks, or every mistake that stands in its way.

    Raises :class:`NianbaoError` when the file cannot be read at all.
    """
    try:
        data = FileSystem().read(path, MAX_BYTES + 1)
    except OSError as error:
        reason = reason_of(storage_error(error, path))
        raise NianbaoError(FormProblem.UNREADABLE, file=path.name, reason=reason) from error
    draft = read_form(data)
    if draft.form is None:
        return None, draft.mistakes
    checks = CheckSet(draft.form, bind_checks(draft.form))
    if not checks.mistakes:
        return checks, []
    # A rule's place in the file is known here only.
    texts = {check_at(n): check.text for n, check in enumerate(draft.form.checks, 1)}
    placed = [
        Mistake(m.where, draft.line_of(texts[m.where]) if m.where in texts else 0, m.sentence)
        for m in checks.mistakes
    ]
    return None, placed


def load_checks(path: Path) -> CheckSet:
    """The form in *path* with its checks.

    Raises :class:`NianbaoError` (:class:`FormProblem`) naming the file and the first mistake.
    """
    checks, mistakes = check_form_file(path)
    if checks is None:
        raise NianbaoError(
            FormProblem.MISTAKES,
            file=path.name,
            count=len(mistakes),
            first=str(mistakes[0]),
        )
    return checks


class BrokenForm(NamedTuple):
    """A form file that cannot be used, and why."""

    path: Path
    sentence: str


def _form_files(folder: Path) -> list[Path]:
    """The form files in *folder*; none where it is not there or cannot be read."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except OSError:
        return []


class Catalog:
    """The forms at hand, loaded when first asked for and kept.

    A form's file is named after its id: ``cn-2021.toml``. Folders are searched in order, so an
    office's form cannot quietly take the place of a built-in one of the same id.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = list(folders)
        self._loaded: dict[Path, CheckSet] = {}

    @classmethod
    def standard(cls, own_folder: Path | None = None) -> Catalog:
        """The built-in forms, and those in *own_folder* if one is given."""
        folders = [resources_folder() / "forms"]
        if own_folder is not None:
            folders.append(own_folder)
        return cls(folders)

    @property
    def own_folders(self) -> tuple[Path, ...]:
        """The folders besides the built-in one."""
        return tuple(self._folders[1:])

    def paths(self) -> dict[str, Path]:
        """The form files by id, built-in ones first."""
        found: dict[str, Path] = {}
        for folder in self._folders:
            for path in _form_files(folder):
                found.setdefault(path.stem, path)
        return found

    def checks(self, form_id: str) -> CheckSet:
        """The form of that id with its checks. Raises :class:`NianbaoError`."""
        paths = self.paths()
        if form_id not in paths:
            known = "、".join(paths) or "（无）"
            raise NianbaoError(FormProblem.UNKNOWN, id=form_id, known=known)
        path = paths[form_id]
        if path not in self._loaded:
            checks = load_checks(path)
            if checks.form.id != form_id:
                raise NianbaoError(FormProblem.OTHER_ID, file=path.name, id=checks.form.id)
            self._loaded[path] = checks
        return self._loaded[path]

    def form(self, form_id: str) -> Form:
        """The form of that id. Raises :class:`NianbaoError`."""
        return self.checks(form_id).form

    def all_forms(self) -> tuple[list[Form], list[BrokenForm]]:
        """Every form that can be used, and every file that cannot."""
        forms: list[Form] = []
        broken: list[BrokenForm] = []
        paths = self.paths()
        for form_id, path in paths.items():
            try:
                forms.append(self.form(form_id))
            except NianbaoError as error:
                broken.append(BrokenForm(path, str(error)))
        broken += [
            BrokenForm(path, FormProblem.SHADOWED.sentence(file=path.name, id=path.stem))
            for folder in self._folders[1:]
            if folder.is_dir()
            for path in sorted(folder.glob("*.toml"))
            if paths[path.stem] != path
        ]
        return forms, broken

    def edition_remark(self, form: Form, period: Period, *, short: bool = False) -> str:
        """What to say where *form* is not in force for *period*; empty where it is.

        *short*: for a status line, where a sentence that tells of both forms has no room.
        """
        if form.in_force.covers(period):
            return ""  # no other form need be read for that
        forms = self.all_forms()[0]
        wanted = newest_in_force(forms, period)
        if short and wanted is not None:
            return EditionRemark.SHORT.sentence(period=period.label, wanted=wanted.name)
        return edition_remark(forms, form, period)

    def naming_mistake(self, path: Path, form_id: str) -> Mistake | None:
        """Why the form in *path*, good as it may be, would not be found under its id."""
        if path.stem != form_id:
            sentence = FormProblem.OTHER_ID.sentence(file=path.name, id=form_id)
        elif (built_in := self._folders[0] / path.name).is_file() and built_in != path.resolve():
            sentence = FormProblem.SHADOWED.sentence(file=path.name, id=form_id)
        else:
            return None
        return Mistake(Where("文件名"), 0, sentence.rstrip("。"))
