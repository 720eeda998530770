"""The OpenAPI document, made from the table of routes: what is served is what it says."""

from __future__ import annotations

import re
from typing import Any

from pydantic.json_schema import models_json_schema

from server import __version__
from server.domain.refusals import REFUSALS
from server.http.route_table import BY_ACCESS, COMMON_ERRORS, Route

_REF = "#/components/schemas/{model}"
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "params", "message"],
            "properties": {
                "code": {"type": "string", "enum": sorted(REFUSALS)},
                "params": {"type": "object"},
                "message": {"type": "string"},
            },
        }
    },
}

_ETAG = {"ETag": {"description": "For If-None-Match of the next request", "schema": {"type": "string"}}}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag of the answer that the asker has",
}


def document(routes: list[Route], *, prefix: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of `routes`, served below `prefix`."""
    bodies = {one.body for one in routes if one.body}
    _, schemas = models_json_schema(
        [(body, "validation") for body in sorted(bodies, key=lambda body: body.__name__)], ref_template=_REF
    )
    paths: dict[str, dict[str, Any]] = {}
    for one in routes:
        paths.setdefault(prefix + one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hallcall",
            "version": __version__,
            "description": "The calling system of a public service hall. docs/protocol.md explains the shapes.",
        },
        "paths": paths,
        "components": {
            "schemas": {**schemas.get("$defs", {}), "Error": _ERROR},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "hallcall_session"},
            },
        },
    }


def _operation(one: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{one.method.lower()}_{re.sub(r'[^a-z]+', '_', one.path.lower()).strip('_')}",
        "summary": one.summary,
        "parameters": _parameters(one),
        "responses": _responses(one),
        "security": [{"bearer": []}, {"cookie": []}] if one.access != "public" else [],
    }
    if one.body:
        schema = {"$ref": _REF.format(model=one.body.__name__)}
        operation["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return operation


def _parameters(one: Route) -> list[dict[str, Any]]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", one.path)
    ]
    in_query = [
        {"name": name, "in": "query", "required": required, "schema": schema}
        for name, (required, schema) in one.query.items()
    ]
    in_header = [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "schema": {"type": "string", "minLength": 1, "maxLength": 120},
        }
    ]
    known = [_IF_NONE_MATCH] if 304 in one.statuses else []
    return in_path + in_query + known + (in_header if "key_reused" in one.errors else [])


def _responses(one: Route) -> dict[str, Any]:
    answers: dict[str, Any] = {
        str(status): {"description": "Nothing has changed", "headers": _ETAG}
        if status == 304
        else {
            "description": "Done" if status == 200 else "Made",
            **({"headers": _ETAG} if 304 in one.statuses else {}),
            "content": {one.content_type: {"schema": {"type": "object"} if "json" in one.content_type else {}}},
        }
        for status in one.statuses
    }
    codes = {*one.errors, *COMMON_ERRORS, *BY_ACCESS[one.access], *(("not_json", "invalid") if one.body else ())}
    codes |= {"forbidden"} if one.own_hall else set()
    by_status: dict[int, list[str]] = {}
    for code in sorted(codes):
        by_status.setdefault(REFUSALS[code].status, []).append(code)
    for status, names in sorted(by_status.items()):
        answers[str(status)] = {
            "description": "; ".join(f"{name}: {REFUSALS[name].en}" for name in names),
            "content": {"application/json": {"schema": {"$ref": _REF.format(model="Error")}}},
        }
    return answers
