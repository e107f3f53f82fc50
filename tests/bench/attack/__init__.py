"""Files made by hostile generators, read each in a process of its own whose time and memory count."""
