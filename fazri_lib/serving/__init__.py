"""The front door: login, guard, pages and dashboards over HTTP. The only package that speaks it."""
