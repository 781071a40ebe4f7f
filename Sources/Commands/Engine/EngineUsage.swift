/// What `--help` prints for the engine: dkms's own summary, since tools show it; under our own name also what goes beyond
/// it, and an example.
enum EngineUsage {
    static func text(program: String) -> String {
        isOwnName(program) ? summary(program) + beyond : summary(program)
    }

    private static func isOwnName(_ program: String) -> Bool {
        program.split(separator: "/").last != "dkms"
    }

    private static func summary(_ program: String) -> String {
        """
        Usage: \(program) [action] [options]
          [action]  = { add | remove | build | unbuild | install | uninstall | match |
                       autoinstall | mktarball | ldtarball | status | generate_mok |
                       kernel_preinst | kernel_postinst | kernel_prerm }
          [options] = [-m module] [-v module-version] [-k kernel-version] [-a arch]
                      [-c dkms.conf-location] [-q] [--force] [--force-version-override] [--all]
                      [--templatekernel=kernel] [--directive='cli-directive=cli-value']
                      [--config=kernel-include/config/auto.conf-location] [--archive=tarball-location]
                      [--kernelsourcedir=source-location] [--rpm_safe_upgrade]
                      [--dkmstree path] [--sourcetree path] [--installtree path]
                      [--binaries-only] [--source-only] [--verbose]
                      [--no-depmod] [--modprobe-on-install] [-j number] [--version] [--help]
        """
    }

    private static let beyond = """

          beyond dkms: [--symlink-modules] [--no-shell] and, with status, [--json]

        Example: mkdkms install hello/1.5.0 -k 6.1.0-56-amd64
        The module and its version may also be given as -m hello -v 1.5.0; a folder with a dkms.conf or an archive is added first.
        """
}
