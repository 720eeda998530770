"""The verbs: one function for each action that a person takes, whatever door it came through."""
