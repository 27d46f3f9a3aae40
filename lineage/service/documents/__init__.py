"""The shape of every answer as typed dictionaries: what services build, interfaces send and OpenAPI describes."""
