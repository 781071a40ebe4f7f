#!/bin/bash
# shellcheck disable=SC2016 # $kernelver is for dkms.conf to expand
# The engine killed with SIGKILL at random moments: the next command repairs, a kernel's own module is never lost,
# status never fails; two at once; full disks.
#   COUNT=n   how many are killed (10)
#   SEED=n    repeats a run, whose seed is printed; not set, it is always the same, and empty, as `make crash` has it, chance's
. "$(dirname "$0")/engine-lib.sh"

COUNT=${COUNT:-10}
SEED=${SEED-343}
SEED=${SEED:-$((RANDOM * 32768 + RANDOM))}
RANDOM=$((SEED % 32768))
ORIGIN=/lib/modules/$K1/kernel/drivers/misc/hello.ko
ARCHIVED=$TREE/hello/original_module/$K1/$ARCH/hello.ko
INSTALLED=/lib/modules/$K1/updates/dkms/hello.ko

# Where each verb starts from. `implied` is an install that has to add and build first.
CASES=(add build install implied rebuild reinstall uninstall unbuild remove)
words() {
    case $1 in
        add) echo "add hello/1.5.0" ;;
        build) echo "build hello/1.5.0 -k $K1" ;;
        rebuild) echo "build hello/1.5.0 -k $K1 --force" ;;
        install | implied) echo "install hello/1.5.0 -k $K1" ;;
        reinstall) echo "install hello/1.5.0 -k $K1 --force" ;;
        uninstall | unbuild) echo "$1 hello/1.5.0 -k $K1" ;;
        remove) echo "remove hello/1.5.0 --all" ;;
    esac
}
prepare() {
    fresh
    source_of hello 1.5.0 'MAKE[0]="sleep 0.05; cp built/$kernelver hello.ko; sleep 0.05"' \
        'DEST_MODULE_LOCATION[0]="/kernel/drivers/misc"'
    original kernel/drivers/misc 1.4.0
    index
    case $1 in
        add | implied) ;;
        build) quietly engine add hello/1.5.0 ;;
        install | rebuild) quietly engine build hello/1.5.0 -k "$K1" ;;
        reinstall | uninstall | unbuild | remove) quietly engine install hello/1.5.0 -k "$K1" ;;
    esac
}

# The modules.dep of a kernel that is installed; what depmod misses beside it doesn't matter here.
index() { depmod "$K1" 2>/dev/null; }

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# measure CASE: how long the verb takes, so that the moments fall inside.
measure() {
    local start
    prepare "$1"
    start=$(milliseconds)
    # shellcheck disable=SC2046 # a verb and its options
    quietly engine $(words "$1")
    echo $(($(milliseconds) - start)) >"$SCRATCH/took-$1"
}

status_never_fails() {
    ends 0 engine status
    lacks "$SCRATCH/said" 'Fatal error|Swift runtime failure|line [0-9]+:'
    lacks <(grep -vE "^hello/1\.5\.0(: (added|broken)|, $K1, $ARCH: (built|installed)( \(.*\))*)?$|^$|^Error! |^Manual intervention|^Warning: an interrupted [a-z]+ of hello/" \
        "$SCRATCH/said") '.'
}

original_is_safe() {
    cmp -s "$(built "$K1" 1.4.0)" "$ORIGIN" || cmp -s "$(built "$K1" 1.4.0)" "$ARCHIVED" || {
        find "/lib/modules/$K1" "$TREE" -name '*.ko*' -exec ls -l {} +
        fail "the kernel's own module is lost"
    }
}

# No process of the session is left: what was orphaned ends by itself, and soon.
nobody_left() {
    within 60 no_process -s "$1"
}

# killed CASE DELAY WHOM: started in a session of its own, killed after DELAY ms: alone, or with what it started.
killed() {
    local case=$1 delay=$2 whom=$3 pid seen lost=""
    prepare "$case"
    # shellcheck disable=SC2046 # a verb and its options
    setsid "$ENGINE" $(words "$case") >"$SCRATCH/killed" 2>&1 </dev/null &
    pid=$!
    sleep "$(printf '%d.%03d' $((delay / 1000)) $((delay % 1000)))"
    if [ "$whom" = all ]; then kill -KILL -- "-$pid" 2>/dev/null || true; else kill -KILL "$pid" 2>/dev/null || true; fi
    wait "$pid" || true
    # What can fail the case comes after the orphans' end, or they would go on into the next one.
    seen=$( (original_is_safe && status_never_fails) 2>&1) || lost=yes
    nobody_left "$pid"
    [ -z "$lost" ] || fail "right after the kill: $seen"
    original_is_safe
    # A rebuild that didn't come to its end leaves the build that was there.
    [ "$case" != rebuild ] || equal "$(engine status 2>/dev/null)" "hello/1.5.0, $K1, $ARCH: built"
    # Again: it does what it would have done, or says that it is done already.
    again "$case"
    status_never_fails
    original_is_safe
    # And all of it can be taken back.
    if [ -e "$TREE/hello/1.5.0" ]; then ends 0 engine remove hello/1.5.0 --all; fi
    status_is </dev/null
    same "$(built "$K1" 1.4.0)" "$ORIGIN"
    absent "$TREE/hello" "/lib/modules/$K1/updates"
    contains "/lib/modules/$K1/modules.dep" '^kernel/drivers/misc/hello\.ko:'
    present /usr/src/hello-1.5.0/dkms.conf
    no_leftovers
}

again() {
    local status=0
    # shellcheck disable=SC2046 # a verb and its options
    engine $(words "$1") >"$SCRATCH/again" 2>&1 || status=$?
    cat "$SCRATCH/again"
    case $1/$status in
        */0 | add/3 | remove/3) ;;
        *) fail "the second $1 ended with $status" ;;
    esac
    case $1 in
        add) status_is <<<'hello/1.5.0: added' ;;
        build | rebuild) status_is <<<"hello/1.5.0, $K1, $ARCH: built" ;;
        uninstall)
            status_is <<<"hello/1.5.0, $K1, $ARCH: built"
            same "$(built "$K1" 1.4.0)" "$ORIGIN"
            ;;
        unbuild) status_is <<<'hello/1.5.0: added' ;;
        install | implied | reinstall)
            status_is <<<"hello/1.5.0, $K1, $ARCH: installed (Original modules exist)"
            same "$(built "$K1" 1.5.0)" "$INSTALLED"
            absent "$ORIGIN"
            ;;
        remove) absent "$TREE/hello" ;;
    esac
}

# --- two at once ---------------------------------------------------------------------------------------

# at_once WORDS WORDS: both end with 0. Both have ended when it returns, whatever became of them.
at_once() {
    local first second status_first=0 status_second=0
    # shellcheck disable=SC2086 # a verb and its options
    engine $1 >"$SCRATCH/first" 2>&1 &
    first=$!
    # shellcheck disable=SC2086
    engine $2 >"$SCRATCH/second" 2>&1 &
    second=$!
    wait "$first" || status_first=$?
    wait "$second" || status_second=$?
    printf 'first: %s\n%s\nsecond: %s\n%s\n' $status_first "$(cat "$SCRATCH/first")" $status_second "$(cat "$SCRATCH/second")"
    [ $status_first = 0 ] || fail "the first ended with $status_first"
    [ $status_second = 0 ] || fail "the second ended with $status_second"
}

different_at_once() {
    fresh
    source_of hello 1.5.0 'MAKE[0]="sleep 0.3; cp built/$kernelver hello.ko"'
    source_of other 1 'MAKE[0]="sleep 0.3; cp built/$kernelver other.ko"'
    original kernel/drivers/misc 1.4.0
    index
    at_once "install hello/1.5.0 -k $K1" "install other/1 -k $K1"
    status_is < <(printf '%s\n' "hello/1.5.0, $K1, $ARCH: installed (Original modules exist)" "other/1, $K1, $ARCH: installed")
    contains "/lib/modules/$K1/modules.dep" '^updates/dkms/hello\.ko:'
    contains "/lib/modules/$K1/modules.dep" '^updates/dkms/other\.ko:'
    at_once "remove hello/1.5.0 --all" "remove other/1 --all"
    status_is </dev/null
    contains "/lib/modules/$K1/modules.dep" '^kernel/drivers/misc/hello\.ko:'
    lacks "/lib/modules/$K1/modules.dep" '^updates/'
    no_leftovers
}

same_at_once() {
    fresh
    source_of hello 1.5.0 'MAKE[0]="sleep 0.3; cp built/$kernelver hello.ko"'
    original kernel/drivers/misc 1.4.0
    at_once "install hello/1.5.0 -k $K1" "install hello/1.5.0 -k $K1"
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed (Original modules exist)"
    same "$(built "$K1" 1.5.0)" "$INSTALLED"
    same "$(built "$K1" 1.4.0)" "$ARCHIVED"
    if [ -n "$K2" ]; then
        at_once "install hello/1.5.0 -k $K2" "build hello/1.5.0 -k $K2"
        is_for "$K2" "/lib/modules/$K2/updates/dkms/hello.ko"
        is_for "$K1" "$INSTALLED"
    fi
    quietly engine remove hello/1.5.0 --all
    same "$(built "$K1" 1.4.0)" "$ORIGIN"
    no_leftovers
}

# Two kernels of one module at once: each with a build folder of its own.
kernels_at_once() {
    fresh
    source_of hello 1.5.0 'MAKE[0]="sleep 0.3; cp built/$kernelver hello.ko; sleep 0.3"'
    quietly engine add hello/1.5.0
    at_once "install hello/1.5.0 -k $K1" "install hello/1.5.0 -k $K2"
    is_for "$K1" "$INSTALLED"
    is_for "$K2" "/lib/modules/$K2/updates/dkms/hello.ko"
    engine status | sort >"$SCRATCH/status"
    diff "$SCRATCH/status" <(printf "hello/1.5.0, %s, $ARCH: installed\n" "$K1" "$K2" | sort)
}

# --- full disks ----------------------------------------------------------------------------------------

# refuses WORDS…: with a status and a word about space, not with a crash.
refuses() {
    local status=0
    "$@" >"$SCRATCH/said" 2>&1 || status=$?
    cat "$SCRATCH/said"
    [ $status != 0 ] || fail "ended with 0: $*"
    [ $status -lt 126 ] || fail "crashed with $status"
    lacks "$SCRATCH/said" 'Fatal error|Swift runtime failure'
    contains "$SCRATCH/said" '^Error! '
}

full_destination() {
    fresh
    source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    original kernel/drivers/misc 1.4.0
    index
    cp "/lib/modules/$K1/modules.dep" "$LAYERS/modules.dep"
    mkdir -p "/lib/modules/$K1/updates"
    mount -t tmpfs -o size=4k mkdkms-test "/lib/modules/$K1/updates"
    refuses engine install hello/1.5.0 -k "$K1"
    same "$(built "$K1" 1.4.0)" "$ORIGIN"
    says_nothing find "/lib/modules/$K1/updates" -type f
    absent "$TREE/hello/kernel-$K1-$ARCH"
    status_is <<<"hello/1.5.0, $K1, $ARCH: built"
    umount "/lib/modules/$K1/updates"
    quietly engine install hello/1.5.0 -k "$K1"
    status_is <<<"hello/1.5.0, $K1, $ARCH: installed (Original modules exist)"
    no_leftovers
}

# The tree is full when the original is to be archived: it stays where it is.
full_tree() {
    fresh
    umount "$TREE"
    mount -t tmpfs -o size=512k mkdkms-test "$TREE"
    source_of hello 1.5.0
    quietly engine build hello/1.5.0 -k "$K1"
    original kernel/drivers/misc 1.4.0
    index
    dd if=/dev/zero of="$TREE/filler" bs=4k 2>/dev/null || true
    engine install hello/1.5.0 -k "$K1" >"$SCRATCH/said" 2>&1 || echo "ended with $?"
    cat "$SCRATCH/said"
    original_is_safe
    status_never_fails
    rm "$TREE/filler"
    quietly engine install hello/1.5.0 -k "$K1"
    same "$(built "$K1" 1.5.0)" "$INSTALLED"
    quietly engine remove hello/1.5.0 --all
    same "$(built "$K1" 1.4.0)" "$ORIGIN"
    no_leftovers
}

full_while_building() {
    fresh
    umount "$TREE"
    mount -t tmpfs -o size=512k mkdkms-test "$TREE"
    source_of hello 1.5.0
    quietly engine add hello/1.5.0
    dd if=/dev/zero of="$TREE/filler" bs=4k 2>/dev/null || true
    refuses engine build hello/1.5.0 -k "$K1"
    status_is <<<'hello/1.5.0: added'
    rm "$TREE/filler"
    quietly engine build hello/1.5.0 -k "$K1"
    status_is <<<"hello/1.5.0, $K1, $ARCH: built"
    quietly engine remove hello/1.5.0 --all
    no_leftovers
}

begin "crashes"
echo "      seed $SEED, $COUNT kills"
for case in "${CASES[@]}"; do check "how long $case takes" measure "$case"; done
for ((number = 1; number <= COUNT; number++)); do
    case=${CASES[$(((number - 1 + SEED) % ${#CASES[@]}))]}
    took=$(cat "$SCRATCH/took-$case")
    delay=$((RANDOM % (took + took / 10 + 1)))
    whom=$( ((RANDOM % 2)) && echo all || echo itself)
    ours "kill $number: $case after $delay of $took ms ($whom)" killed "$case" "$delay" "$whom"
done
ours "two modules at once" different_at_once
ours "the same module twice at once" same_at_once
if needs_two_kernels "two kernels at once"; then ours "two kernels of one module at once" kernels_at_once; fi
ours "no space where a module is to go" full_destination
ours "no space where the original is to be archived" full_tree
ours "no space while building" full_while_building
finish
