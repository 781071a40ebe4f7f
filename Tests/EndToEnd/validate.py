#!/usr/bin/python3
"""Validates JSON documents against a shipped schema, and the rules that no schema states.

    validate.py SCHEMA DOCUMENT...

Each file holds exactly one document; every schema is itself a valid one; keys are lowerCamelCase, no number is
a float, `artifacts` and `units` are sorted, and each artifact's size and digest are those of its file.
"""
import hashlib
import json
import os
import re
import sys

import jsonschema


def faults_of(value, place="$"):
    if isinstance(value, float):
        yield f"{place}: a float"
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from faults_of(item, f"{place}[{index}]")
    if isinstance(value, dict):
        for key, item in value.items():
            # What a format itself calls its fields stays as it is.
            if not re.fullmatch("[a-z][a-zA-Z0-9]*", key) and not re.match(r"\$\.(metadata|scripts)", place):
                yield f"{place}: key {key!r}"
            yield from faults_of(item, f"{place}.{key}")


def artifact_faults(document):
    artifacts = document.get("artifacts", [])
    for artifact in artifacts:
        path = artifact.get("path")
        if path is None or artifact["sha256"] is None:
            continue
        if os.path.isfile(path):
            with open(path, "rb") as file:
                content = file.read()
            if len(content) != artifact["size"]:
                yield f"{path}: {len(content)} bytes, not {artifact['size']}"
            if hashlib.sha256(content).hexdigest() != artifact["sha256"]:
                yield f"{path}: another digest"
        else:
            yield f"{path}: no such file"
    names = [artifact.get("path") or artifact.get("file") for artifact in artifacts]
    if names != sorted(names):
        yield "artifacts are not sorted"
    kernels = [unit["kernel"] for unit in document.get("units", [])]
    if kernels != sorted(kernels):
        yield "units are not sorted"


def main():
    with open(sys.argv[1]) as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    status = 0
    for name in sys.argv[2:]:
        with open(name) as file:
            document = json.load(file)
        faults = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
        faults += list(faults_of(document)) + list(artifact_faults(document))
        for fault in faults:
            print(f"{name}: {fault}")
            status = 1
    return status


sys.exit(main())
