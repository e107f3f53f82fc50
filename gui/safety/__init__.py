"""Nothing is ever lost: the journal, the lock and the earlier versions of the open report."""
