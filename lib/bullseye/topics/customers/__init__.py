"""From daily measures to the customer table, now and as it was at any date."""
