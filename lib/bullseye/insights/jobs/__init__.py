"""The jobs that answer questions about customers."""
