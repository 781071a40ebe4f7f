// Calls of Linux and its C library that the Glibc module lacks: declared for _GNU_SOURCE only, or in headers of their own.
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

int sync_file_range(int file, long long offset, long long count, unsigned int flags);

// sync_file_range(2) with SYNC_FILE_RANGE_WRITE: starts writing a part of a file to its disk and does not wait for that.
static inline int linux_start_writing(int file, long long offset, long long count) {
    return sync_file_range(file, offset, count, 2);
}

// memfd_create(2) with MFD_CLOEXEC.
static inline int linux_memory_file(const char *name) {
    return (int)syscall(SYS_memfd_create, name, 1U);
}

int mallopt(int parameter, int value);

// mallopt(3) with M_MMAP_THRESHOLD and M_TRIM_THRESHOLD: pieces up to 64 MiB come from the heap, 256 MiB of it stay.
static inline int linux_keep_memory(void) {
    return mallopt(-3, 64 << 20) == 1 && mallopt(-1, 256 << 20) == 1;
}
