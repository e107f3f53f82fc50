"""The domain of 公开年报: forms, reports, checks, files. A plain library; nothing here knows of Qt."""

__version__ = "1.0.0"
