"""Exchange: agents that come in a file and leave in one."""
