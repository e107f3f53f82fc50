"""Drafts a form from any table, for a person to check: ``nianbao form from-table``."""

from core.drafting.draft import DraftProblem, draft_form

__all__ = ["DraftProblem", "draft_form"]
