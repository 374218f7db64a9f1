"""One release of all published tables, with SQL views of its versions and a report."""
