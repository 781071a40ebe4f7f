# Makes the module index of $KERNEL anew. Where that fails, packages go on: it is no fault that they could mend.
refresh_index() {
    set --
    if [ -e "/boot/System.map-$KERNEL" ]; then
        set -- -F "/boot/System.map-$KERNEL"
    fi
    depmod -a "$@" "$KERNEL" || echo "The module index of kernel $KERNEL could not be made; run: depmod -a $KERNEL" >&2
}
