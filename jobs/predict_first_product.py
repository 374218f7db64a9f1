"""Predict the first product of customers who hold none yet."""

from bullseye.cli.app import main
from bullseye.topics.first_product.job import JOB

if __name__ == "__main__":
    main(JOB)
