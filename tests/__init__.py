"""The tests: `core` runs without Qt, `gui` drives the window, `bench` measures the budgets."""
