@INCLUDE shared/requests.sh@
@INCLUDE shared/initramfs.sh@

answer_requests() {
    for request in "$REQUESTS"/*; do
        if [ -f "$request" ]; then
            MODULES=$(sort -u "$request")
            unlink "$request"
            refresh_initramfs "${request##*/}"
        fi
    done
    rmdir "$REQUESTS" 2>/dev/null
}
