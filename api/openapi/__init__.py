"""The OpenAPI document: what FastAPI makes of the routes, with examples."""
