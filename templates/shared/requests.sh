@INCLUDE shared/state.sh@
# The initramfs of a kernel is made once in a transaction, however many of its packages ask for it: each leaves a request,
# a file of the kernel's name that lists the modules of all of them, and whichever gets to %posttrans first answers all.
REQUESTS=$STATE/mkdkms-initramfs

request_initramfs() {
    mkdir -p "$REQUESTS"
    echo "$MODULES" >>"$REQUESTS/$1"
}
