"""Who is who: parties of source systems to customers, with ids and numbers that stay."""
