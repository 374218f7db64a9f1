"""Name the likeliest first lines of customers who hold nothing yet."""

from bullseye.cli.app import main
from bullseye.topics.first_product.job import JOB

if __name__ == "__main__":
    main(JOB)
