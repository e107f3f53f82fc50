"""A look at a report without opening it: whose it is, which period, how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.catalog import Catalog
from core.period import Period
from core.problems import NianbaoError
from core.session import Progress, Session
from core.storage.files import open_report


@dataclass(frozen=True)
class Glance:
    """What there is to say of a report in a list of files."""

    unit_name: str
    period: Period
    progress: Progress

    @property
    def sentence(self) -> str:
        """``某区某局 · 2019年度 · 已填 62/71 · 必须改正 2``."""
        progress = self.progress
        parts = [self.unit_name or "未填单位", self.period.label]
        if progress.done:
            return " · ".join([*parts, "✓ 可报送"])
        parts.append(f"已填 {progress.filled}/{progress.total}")
        if progress.errors:
            parts.append(f"● 必须改正 {progress.errors}")
        if progress.warnings:
            parts.append(f"▲ 需要说明 {progress.warnings}")
        return " · ".join(parts)


@dataclass(frozen=True)
class Seen:
    """What a list of files says of one: when it was saved, ``None`` where it is not there.

    ``glance`` is ``None`` where it holds no report that can be read.
    """

    saved: datetime | None
    glance: Glance | None = None


def look(path: Path, catalog: Catalog) -> Seen:
    """Looks for the file and into it. May take as long as a network that does not answer."""
    try:
        saved = datetime.fromtimestamp(path.stat().st_mtime)
    except (OSError, ValueError, OverflowError):
        return Seen(None)
    return Seen(saved, glance(path, catalog))


def glance(path: Path, catalog: Catalog) -> Glance | None:
    """What stands in the .nianbao file *path*; ``None`` where it cannot be read."""
    try:
        report = open_report(path, catalog).report
        session = Session(report, catalog.checks(report.form.id))
    except NianbaoError:
        # Opening it says why; a list of files is no place for that.
        return None
    return Glance(report.unit_name, report.period, session.progress())
