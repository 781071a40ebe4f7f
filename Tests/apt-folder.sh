# shellcheck shell=bash
# Packages of Debian through an apt folder of our own: the machine's sources and lists are read, never changed. To be sourced.

# apt_uri PATTERN: the address of the machine's first source whose address matches, else nothing.
apt_uri() {
    local file
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
        # One at a time: sed stops with a fault, and all its output may be lost, where one of several is missing.
        if [ -r "$file" ]; then sed -nE 's/^(URIs:|deb) +(\[[^]]*\] +)?(https?:[^ ]+).*/\3/p' "$file"; fi
    done | grep -E "$1" | head -n 1
}

# apt_folder FOLDER SUITE…: makes the folder for these suites, with contrib, non-free and their security updates, and
# updates its lists unless that was done within a week.
apt_folder() {
    local folder=$1 suite mirror security
    shift
    if [ -n "$(find "$folder/state/lists" -maxdepth 1 -name '*_Packages*' -mtime -7 2>/dev/null)" ]; then return 0; fi
    mirror=$(apt_uri '/debian/?$') || true
    security=$(apt_uri 'debian-security/?$') || true
    mkdir -p "$folder/state/lists/partial" "$folder/cache/archives/partial"
    : >"$folder/status"
    for suite in "$@"; do
        printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main contrib non-free non-free-firmware\n' \
            "${mirror:-http://deb.debian.org/debian}" "$suite"
        [ "$suite" = sid ] ||
            printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s-security main contrib non-free non-free-firmware\n' \
                "${security:-http://security.debian.org/debian-security}" "$suite"
    done >"$folder/sources.list"
    apt_in "$folder" apt-get update
}

# apt_in FOLDER PROGRAM ARGUMENT…: apt-get or apt-cache with that folder's lists.
apt_in() {
    local folder=$1 program=$2
    shift 2
    "$program" -q -q -o "Dir::State=$folder/state" -o "Dir::State::status=$folder/status" -o "Dir::Cache=$folder/cache" \
        -o "Dir::Etc::sourcelist=$folder/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
        -o Dir::Etc::preferences=/dev/null -o APT::Sandbox::User=root -o APT::Architecture=amd64 -o APT::Architectures=amd64 "$@"
}
