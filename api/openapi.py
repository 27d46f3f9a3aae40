"""The OpenAPI document."""

from __future__ import annotations

from fastapi import FastAPI


def described(app: FastAPI) -> None:
    """Give the app its document."""
