"""The site and the endpoint: HTTP in front, and processes behind it that can be stopped at any moment."""
