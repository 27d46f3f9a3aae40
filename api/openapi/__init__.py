"""The OpenAPI document, which FastAPI makes of the routes, with examples."""
