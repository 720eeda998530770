"""The deployment's settings, read once from the environment, and the language of its terminal."""
