"""REST: thin doors that parse a request, call one service and answer."""
