"""Pages that need no dashboard: login, logout, account, password, home and what is said when something went wrong."""
