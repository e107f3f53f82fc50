"""The scripts of the Windows build are no package; the tests find them as they find each other."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2] / "resources" / "windows"))
