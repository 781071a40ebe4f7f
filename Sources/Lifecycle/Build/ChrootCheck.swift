import Glibc
import Streams
import SystemPackage
import Tools

/// Whether this process sees another file system than init does, as Debian's ischroot(1) finds out: a chroot has no
/// business with the host's keys.
enum ChrootCheck {
    static var isInChroot: Bool {
        if CallerEnvironment.value("FAKECHROOT") == "true", CallerEnvironment.value("FAKECHROOT_BASE") != nil,
            CallerEnvironment.value("LD_PRELOAD")?.contains("libfakechroot.so") == true
        {
            return true
        }
        // Both are the same text unless the mount namespaces or the roots differ.
        if let own = try? Files.contents("/proc/self/mountinfo"),
            let others = try? Files.contents("/proc/1/mountinfo"), own != others
        {
            return true
        }
        guard geteuid() == 0 else { return false }
        let root = try? Files.status("/", following: true)
        let initRoot = try? Files.status("/proc/1/root", following: true)
        return root?.device != initRoot?.device || root?.inode != initRoot?.inode
    }
}
