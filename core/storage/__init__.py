"""Where reports are kept: the .nianbao file, durable writing, backups, the journal and locks."""
