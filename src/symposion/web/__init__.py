"""What routes are made of; knows no feature."""
