"""The life of the open report: opened, saved, exported, sent."""
