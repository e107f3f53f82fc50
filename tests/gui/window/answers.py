"""Stands in for the window's questions."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from gui.widgets.dialogs import Answer, Dialogs


class AnsweringDialogs(Dialogs):
    """Answers as the test says and keeps what was said; a question nobody expected fails."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.paths: list[Path | None] = []
        self.proposed: list[Path] = []
        self.answers: list[Answer] = []
        self.agreements: list[bool] = []
        self.asked: list[str] = []
        self.errors: list[str] = []
        self.told: list[str] = []

    def open_path(self, title: str, folder: str, file_filter: str) -> Path | None:
        return self.paths.pop(0)

    def open_paths(self, title: str, folder: str, file_filter: str) -> list[Path]:
        path = self.paths.pop(0)
        return [path] if path is not None else []

    def save_path(self, title: str, proposed: Path, file_filter: str) -> Path | None:
        self.proposed.append(proposed)
        return self.paths.pop(0)

    def unsaved(self, name: str) -> Answer:
        self.asked.append(name)
        return self.answers.pop(0)

    def confirm(self, question: str, detail: str, yes: str, no: str = "取消") -> bool:
        self.asked.append(question)
        return self.agreements.pop(0)

    def error(self, what: str, sentence: str) -> None:
        self.errors.append(f"{what}：{sentence}")

    def inform(self, what: str, sentence: str) -> None:
        self.told.append(f"{what}：{sentence}")
