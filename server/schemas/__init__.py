"""The shapes of requests: one model is the check at every door and the OpenAPI schema."""
