"""JSON over HTTP: one file a stage, OpenAPI 3.1, problem+json."""
