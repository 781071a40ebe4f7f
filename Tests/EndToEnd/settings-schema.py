#!/usr/bin/python3
"""Holds settings files against the schema for editors, read by a YAML parser that is not ours.

    settings-schema.py SCHEMA FILE...       says "yes FILE" or "no FILE: why" for each
    settings-schema.py --every SCHEMA FILE  fails with the keys of the schema that FILE leaves out
"""
import json
import sys

import jsonschema
import yaml


class PlainLoader(yaml.SafeLoader):
    """Knows texts, truths and nothing: what a settings file is read as."""


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag.endswith((":bool", ":null"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def keys_of(schema, place=""):
    """The keys that a schema names; those of a definition stand where it is referred to."""
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        yield from keys_of(whole["$defs"][schema["$ref"].split("/")[-1]], place)
    for name, inner in schema.get("properties", {}).items():
        yield f"{place}.{name}"
        yield from keys_of(inner, f"{place}.{name}")
    yield from keys_of(schema.get("items"), place)
    yield from keys_of(schema.get("additionalProperties"), f"{place}.*")


def keys_in(value, place=""):
    if isinstance(value, list):
        for item in value:
            yield from keys_in(item, place)
    if isinstance(value, dict):
        for name, inner in value.items():
            name = "*" if place.endswith(".per-target") else name
            yield f"{place}.{name}"
            yield from keys_in(inner, f"{place}.{name}")


every = sys.argv[1] == "--every"
paths = sys.argv[2 if every else 1 :]
with open(paths[0], encoding="utf-8") as file:
    whole = schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for path in paths[1:]:
    try:
        with open(path, encoding="utf-8") as file:
            document = yaml.load(file, PlainLoader)
        faults = [error.message for error in validator.iter_errors(document)]
    except yaml.YAMLError as error:
        faults = [str(error).replace("\n", " ")]
    print(f"no {path}: {faults[0]}" if faults else f"yes {path}")
    if every:
        missing = sorted(set(keys_of(schema)) - set(keys_in(document)))
        if faults or missing:
            sys.exit(f"left out: {missing}")
