"""The clerk's console in a terminal: the same keys as the page, also on a number pad."""
