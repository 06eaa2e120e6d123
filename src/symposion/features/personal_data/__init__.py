"""Personal data: everything an account owns, to take along or to delete."""
