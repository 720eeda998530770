"""The routes, one module for each noun: parse, call one service, answer."""
