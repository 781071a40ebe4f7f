import DkmsConf
import Kernels
import SystemPackage

/// The make of a dkms.conf as one kernel needs it, for bash.
struct MakeCommand {
    let text: String

    init(conf: DkmsConf, kernel: KernelTarget, buildFolder: FilePath) {
        let command =
            conf.makeCommand ?? "make -C \(kernel.buildFolder) M=\(buildFolder)"
        // Some files spell dkms's own folder out where they mean the copy being built.
        let spelled = "/var/lib/dkms/\(conf.packageName)/\(conf.packageVersion)/build"
        let placed = command.replacing(spelled, with: buildFolder.string)
        // dkms passes KERNELRELEASE behind a leading literal make; the jobs come from the jobserver.
        let isMake = placed == "make" || placed.hasPrefix("make ")
        text = isMake ? "make KERNELRELEASE=\(kernel.release)" + placed.dropFirst(4) : placed
    }
}
