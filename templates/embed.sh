#!/bin/sh
# Writes the copy of this folder that is compiled into the program: templates/embed.sh >Sources/…/EmbeddedTemplates.swift
# engine/ is not of it: `make install` puts those files in place.
set -e
cd "$(dirname "$0")"
export LC_ALL=C
cat <<'HEAD'
// swift-format-ignore-file
// Made by `make templates` from templates/; edit those files, not this one.

/// The templates that the program was built with.
enum EmbeddedTemplates {
    /// Every template by its path in `templates/`, sorted.
    static let files: [(name: String, text: String)] = [
HEAD
find . -type f ! -path './engine/*' ! -name embed.sh ! -name render.awk | sed 's,^\./,,' | sort | while read -r file; do
    if grep -q '"""#' "$file"; then
        echo "$file has the end of a Swift string in it" >&2
        exit 1
    fi
    printf '        (\n            name: "%s",\n            text: #"""\n' "$file"
    cat "$file"
    printf '\n"""#\n        ),\n'
done
printf '    ]\n}\n'
