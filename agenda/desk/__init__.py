"""The organisers' pages: where one workshop is run from."""
