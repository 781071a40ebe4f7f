# One path per line: what an earlier package had in /etc and this one has elsewhere, where it would hide the new file.
OBSOLETE=@OBSOLETE@

# Takes them away, and keeps one that was changed as *.dpkg-bak; the arguments are those of the script.
drop_conffiles() {
    printf '%s\n' "$OBSOLETE" | while IFS= read -r conffile; do
        if [ -n "$conffile" ]; then
            dpkg-maintscript-helper rm_conffile "$conffile" @VERSION@ @PACKAGE@ -- "$@"
        fi
    done
}

drop_conffiles "$@"
