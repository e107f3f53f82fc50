"""What the system gives: settings, timers, long work, the desktop."""
