"""What the program costs, against its budgets: `python3 dev.py bench [NAME ...]`.

Nothing here is a test with a time limit. Each figure is a median over rounds in which the program and
its reference take turns on the same machine, so that a busy minute hits both.
"""
