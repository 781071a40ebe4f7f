# shellcheck shell=bash
# An rpm database in the Debian root of root.sh, after which this is sourced. What packages depend on is not in it, so they
# are installed with --nodeps; their scriptlets run in the root.

rpm_in_root() { rpm --root "$ROOT" "$@"; }

# An empty database, and what scriptlets need mounted. The machine's rpm keeps it somewhere else than the root's own would
# look; one is enough.
start_rpm() {
    mkdir -p "$ROOT/var/lib/rpm"
    rpm_in_root --initdb
    mount --bind /proc "$ROOT/proc"
    mount --rbind /dev "$ROOT/dev"
    mount --make-rslave "$ROOT/dev"
}

# rpm_quietly ARGUMENT…: rpm --nodeps ends well, and no scriptlet failed; what it printed is kept in $SCRATCH/rpm.log.
rpm_quietly() {
    rpm_in_root "$@" --nodeps 2>&1 | tee "$SCRATCH/rpm.log"
    lacks "$SCRATCH/rpm.log" 'scriptlet failed|error:|conflicts'
}
