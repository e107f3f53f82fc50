"""Where reports lie: folders, archives and mails, taken apart in memory. Nothing is unpacked to disk."""
