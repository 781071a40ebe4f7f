#!/bin/sh
# Writes the copy of this folder that is compiled into the program, a Swift file for each folder here:
#   templates/embed.sh FOLDER
# engine/ is not of it: `make install` puts those files in place.
set -e
mkdir -p "$1"
target=$(cd "$1" && pwd)
cd "$(dirname "$0")"
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# word FOLDER: its name as a word of Swift, deb-common-moved as debCommonMoved.
word() {
    echo "$1" | awk -F - '{ for (i = 2; i <= NF; i++) $i = toupper(substr($i, 1, 1)) substr($i, 2) } 1' OFS=
}

# file_name FOLDER: the same as the name of a file.
file_name() {
    word "$1" | awk '{ print toupper(substr($0, 1, 1)) substr($0, 2) }'
}

# heading PLACE: how each file begins.
heading() {
    # shellcheck disable=SC2016 # words for a reader
    printf '// swift-format-ignore-file\n// Made by `make templates` from templates/%s; edit those files, not this one.\n\n' "$1"
}

# Sorted by path, in which - comes before /: so the folders one after the other are in the order of their files.
files=$(find . -mindepth 2 -type f ! -path './engine/*' | sed 's,^\./,,' | sort)
folders=$(echo "$files" | cut -d / -f 1 | uniq)

for folder in $folders; do
    {
        heading "$folder/"
        printf 'extension EmbeddedTemplates {\n    static let %s: [(name: String, text: String)] = [\n' "$(word "$folder")"
        echo "$files" | grep "^$folder/" | while read -r file; do
            if grep -q '"""#' "$file"; then
                echo "$file has the end of a Swift string in it" >&2
                exit 1
            fi
            printf '        (\n            name: "%s",\n            text: #"""\n' "$file"
            cat "$file"
            printf '\n"""#\n        ),\n'
        done
        printf '    ]\n}\n'
    } >"$work/$(file_name "$folder").swift"
done

{
    heading ''
    cat <<'HEAD'
/// The templates that the program was built with.
enum EmbeddedTemplates {
    /// Every template by its path in `templates/`, sorted.
    static let files = [
HEAD
    for folder in $folders; do printf '        %s,\n' "$(word "$folder")"; done
    printf '    ].flatMap(\\.self)\n}\n'
} >"$work/EmbeddedTemplates.swift"

# All of them or none: of a folder that is gone nothing stays.
rm -f "$target"/*.swift
mv "$work"/*.swift "$target/"
