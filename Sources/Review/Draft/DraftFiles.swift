import Converters
import Diagnostics

/// Writes the files of a draft, and keeps a list of what it took.
struct DraftFiles {
    let evidence: DraftEvidence
    let releases: [DraftRelease]
    let payload: [DraftPayload]
    var used: [DraftFact] = []

    init(evidence: DraftEvidence, releases: [DraftRelease], payload: [DraftPayload]) {
        self.evidence = evidence
        self.payload = payload
        self.releases = releases
    }

    mutating func take(_ key: DraftFact.Key) -> String? {
        guard let fact = evidence.first(key) else { return nil }
        used.append(fact)
        return fact.value
    }

    /// dkms.conf.
    ///
    /// - Parameter template: one with marks in it, and where it is from.
    mutating func conf(template: (String, String)?, make: DraftMake) throws(Diagnostic) -> String {
        guard let version = evidence.first(.version) else {
            throw .error(
                "no-version", "nothing says which version this is",
                hint: "give --module-version, or add MODULE_VERSION(\"…\") to the source")
        }
        let name = evidence.first(.name)?.value ?? ""
        // Refuses what no package can carry, and with it all that dkms.conf can't.
        _ = try PackageNaming(name: name, version: version.value, revision: "1")
        _ = take(.name)
        _ = take(.version)
        if let template {
            used.append(DraftFact(.make, "all directives", template.1))
            return DraftConf.filled(template.0, name: name, version: version.value)
        }
        guard !make.modules.isEmpty else {
            throw .error(
                "no-modules", "no Makefile or Kbuild has an obj-m with a module in it",
                hint: "add obj-m := NAME.o; a name that is computed can't be read")
        }
        var lines = [
            "PACKAGE_NAME=\(DraftConf.quoted(name))", "PACKAGE_VERSION=\(DraftConf.quoted(version.value))",
            "AUTOINSTALL=\"yes\"",
        ]
        if let command = make.command {
            lines.append("MAKE[0]=\(command.text.quoted)")
            used.append(DraftFact(.make, command.text.text, command.path))
        }
        for (index, module) in make.modules.enumerated() {
            lines.append("")
            lines.append("BUILT_MODULE_NAME[\(index)]=\(DraftConf.quoted(module.name))")
            if !module.location.isEmpty {
                lines.append("BUILT_MODULE_LOCATION[\(index)]=\(DraftConf.quoted(module.location))")
            }
            lines.append("DEST_MODULE_LOCATION[\(index)]=\"/updates\"")
            used.append(DraftFact(.module, module.name, module.makefile))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
