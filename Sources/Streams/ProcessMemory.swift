import CLinux

/// How this process deals with memory that it is done with.
package enum ProcessMemory {
    /// True once memory stays for the next who asks, which looking at this brings about (mallopt(3)).
    ///
    /// Encoders ask for the same few MiB for every module; by default glibc hands such pieces back to the kernel each
    /// time, and has new ones zeroed.
    package static let isKept = linux_keep_memory() == 1
}
