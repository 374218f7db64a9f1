"""Generated companies, whose truth is known. No part of the suite's package, and read by no job but as files."""
