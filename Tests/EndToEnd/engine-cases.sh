# shellcheck shell=bash
# What the tests of the engine's single cases have in common: hello in a fresh layer of /usr/src, /var/lib/dkms and the rest, for each.
. "$(dirname "$0")/engine-lib.sh"

# shellcheck disable=SC2034 # for the files that source this one
SRC=/usr/src/hello-1.5.0
# shellcheck disable=SC2034
added="Creating symlink $TREE/hello/1.5.0/source -> $SRC"
# shellcheck disable=SC2034
building="$unsigned_prologue
Building module(s)... done."
base=$TREE/hello/1.5.0/$K1/$ARCH
# shellcheck disable=SC2034
log=$base/log/make.log
# shellcheck disable=SC2034
installed_module=/lib/modules/$K1/updates/dkms/hello.ko

case_of() { check "$1" in_fresh "${@:2}"; }

in_fresh() {
    fresh
    "$@"
    no_leftovers
}

# says_and_copies WORD: a MAKE that writes its word, and the module.
says_and_copies() { printf "echo %s; cp built/\$kernelver hello.ko" "$1"; }

# builds [OPTION…]: hello anew for K1; its log is there then.
# shellcheck disable=SC2120 # mostly without
builds() { quietly engine build hello/1.5.0 -k "$K1" --force "$@"; }

framework() { printf '%s\n' "$@" >/etc/dkms/framework.conf.d/test.conf; }
