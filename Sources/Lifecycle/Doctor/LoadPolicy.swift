import Streams
import SystemPackage

/// What the running kernel asks of modules.
struct LoadPolicy: Sendable {
    let wantsSignatures: Bool
    /// What says so; empty where nothing does.
    let reason: String

    static func current(root: FilePath = "/") -> LoadPolicy {
        func read(_ path: String) -> String {
            String(decoding: (try? Files.contents(root.appending(path))) ?? [], as: UTF8.self)
        }
        if read("sys/module/module/parameters/sig_enforce").hasPrefix("Y") {
            return LoadPolicy(wantsSignatures: true, reason: "module.sig_enforce")
        }
        let lockdown = read("sys/kernel/security/lockdown")
        if lockdown.contains("[integrity]") || lockdown.contains("[confidentiality]") {
            return LoadPolicy(wantsSignatures: true, reason: "kernel lockdown")
        }
        let variables = root.appending("sys/firmware/efi/efivars")
        for name in (try? Files.names(in: variables)) ?? [] where name.hasPrefix("SecureBoot-") {
            // Four bytes of attributes, then the value.
            if (try? Files.contents(variables.appending(name)))?.last == 1 {
                return LoadPolicy(wantsSignatures: true, reason: "Secure Boot")
            }
        }
        return LoadPolicy(wantsSignatures: false, reason: "")
    }
}
