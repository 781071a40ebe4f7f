// System calls of Linux that the C library declares for _GNU_SOURCE only, which no importer of it sets.
// Headers that declare types of the C library stay out: they would be this module's in place of Glibc's.
#pragma once
#include <stddef.h>
#include <sys/syscall.h>

long syscall(long number, ...);

// renameat2(2) with RENAME_EXCHANGE, of two paths as they stand (AT_FDCWD).
static inline long linux_exchange(const char *one, const char *other) {
    return syscall(SYS_renameat2, -100, one, -100, other, 2);
}

// copy_file_range(2) at both files' current positions.
static inline long linux_copy_file_range(int from, int to, size_t count) {
    return syscall(SYS_copy_file_range, from, NULL, to, NULL, count, 0);
}
