package import Diagnostics
import Kernels
import Streams
package import SystemPackage

/// A `uname` that answers for the kernel being built for.
///
/// Makefiles that fall back to `uname -r` then build for the right kernel, not for the one that happens to run.
package enum UnameProgram {
    /// Puts the program into `folder`, which is to come first on PATH.
    static func install(in folder: FilePath, for kernel: KernelTarget) throws(Diagnostic) {
        try install(in: folder, release: kernel.release, machine: kernel.architecture.kernelName)
    }

    /// The same for a kernel of which only the names are known.
    package static func install(
        in folder: FilePath, release: String, machine: String
    ) throws(Diagnostic) {
        // The answers stand in single quotes: a release never holds one, as it comes from a file name's alphabet.
        let script = """
            #!/bin/sh
            release='\(release)' machine='\(machine)'
            answer() { all="$all${all:+ }$1"; }
            all=
            want=
            for option; do
                case $option in
                --kernel-name) want=${want}s ;; --nodename) want=${want}n ;; --kernel-release) want=${want}r ;;
                --kernel-version) want=${want}v ;; --machine) want=${want}m ;; --processor) want=${want}p ;;
                --hardware-platform) want=${want}i ;; --operating-system) want=${want}o ;; --all) want=${want}snrvmo ;;
                --*) echo "uname: unrecognized option '$option'" >&2; exit 1 ;;
                -*[!asnrvmpio-]*) echo "uname: invalid option '$option'" >&2; exit 1 ;;
                -?*) want=$want${option#-} ;;
                *) echo "uname: extra operand '$option'" >&2; exit 1 ;;
                esac
            done
            case ${want:=s} in *a*) want=snrvmo ;; esac
            case $want in *s*) answer Linux ;; esac
            case $want in *n*) answer localhost ;; esac
            case $want in *r*) answer "$release" ;; esac
            case $want in *v*) answer '#1 SMP' ;; esac
            case $want in *m*) answer "$machine" ;; esac
            case $want in *p*) answer unknown ;; esac
            case $want in *i*) answer unknown ;; esac
            case $want in *o*) answer GNU/Linux ;; esac
            echo "$all"

            """
        do {
            try Files.makeDirectories(folder)
        } catch {
            throw .file("create", folder, error)
        }
        try Files.write(Array(script.utf8), to: folder.appending("uname"), mode: 0o755)
    }
}
