package import Diagnostics
import DkmsConf
import Streams
package import SystemPackage
import Tools

/// Finds kernels whose headers are installed.
package struct KernelFinder: Sendable {
    /// The root of the file system to look in; `/` but for tests.
    package let root: FilePath

    package init(root: FilePath = "/") { self.root = root }

    /// The kernels that `-k` values mean: a release, a headers folder, or `all`; each kernel once, in the order given.
    ///
    /// - Throws: `unknown-kernel`, `no-kernel-headers`, `kernel-needed`.
    package func find(_ names: [String]) throws(Diagnostic) -> [KernelTarget] {
        guard !names.isEmpty else {
            throw .error(
                "kernel-needed", "this needs a kernel, and a kernel is never guessed",
                hint: "give -k with one of: \(available())", status: .usage)
        }
        var found: [KernelTarget] = []
        for name in names {
            let targets = name == "all" ? try all() : [try find(name)]
            for target in targets where !found.contains(where: { $0.release == target.release }) {
                found.append(target)
            }
        }
        return found
    }

    /// The releases in `/lib/modules` and `/usr/src` that have headers, sorted as versions.
    package func releases() -> [String] {
        var releases: Set<String> = []
        for name in (try? Files.names(in: modules)) ?? [] where headers(ofRelease: name) != nil {
            releases.insert(name)
        }
        for folder in [sources, sources.appending("kernels")] {
            for name in (try? Files.names(in: folder)) ?? [] where isBuildFolder(folder.appending(name)) {
                guard let release = Self.release(of: folder.appending(name)) else { continue }
                // Only what find(_:) finds again: a tree of another name is given as a folder.
                if headers(ofRelease: release) != nil { releases.insert(release) }
            }
        }
        return releases.sorted { KernelRelease($0) < KernelRelease($1) }
    }

    private func all() throws(Diagnostic) -> [KernelTarget] {
        let names = releases()
        guard !names.isEmpty else {
            throw .error(
                "no-kernel-headers", "no kernel headers are installed",
                hint:
                    "install some, for example: apt-get install linux-headers-amd64, dnf install kernel-devel"
            )
        }
        var targets: [KernelTarget] = []
        for name in names { targets.append(try find(name)) }
        return targets
    }

    private func find(_ name: String) throws(Diagnostic) -> KernelTarget {
        if name.contains("/") {
            let folder = FilePath(name)
            guard isBuildFolder(folder) else {
                throw .error(
                    "no-kernel-headers",
                    "\(name) is no folder of kernel headers: it lacks include/generated/utsrelease.h",
                    hint: "give the folder that make -C takes, such as /usr/src/linux-headers-K")
            }
            return try target(folder)
        }
        if let folder = headers(ofRelease: name) { return try target(folder) }
        if Files.isDirectory(modules.appending(name)) {
            throw .error(
                "no-kernel-headers", "kernel \(name) is installed without its headers",
                hint:
                    "install them, for example: apt-get install linux-headers-\(name), dnf install kernel-devel-\(name)"
            )
        }
        throw .error(
            "unknown-kernel", "no kernel \(name) is installed here",
            hint: "give -k with one of: \(available())")
    }

    private func available() -> String {
        let names = releases()
        return names.isEmpty
            ? "(no kernel headers are installed; for example: apt-get install linux-headers-amd64)"
            : names.joined(separator: ", ")
    }

    private var modules: FilePath { root.appending("lib/modules") }
    private var sources: FilePath { root.appending("usr/src") }

    private func headers(ofRelease release: String) -> FilePath? {
        guard FilePath.Component(release) != nil else { return nil }
        return [
            modules.appending(release).appending("build"), sources.appending("linux-headers-\(release)"),
            sources.appending("kernels").appending(release),
        ].first { isBuildFolder($0) && Self.release(of: $0) == release }
    }

    private func isBuildFolder(_ folder: FilePath) -> Bool {
        Files.isRegularFile(folder.appending("Makefile")) && Self.release(of: folder) != nil
    }

    /// `UTS_RELEASE` of a headers folder: what the vermagic of everything built there begins with.
    package static func release(of folder: FilePath) -> String? {
        guard let bytes = try? Files.contents(folder.appending("include/generated/utsrelease.h")) else {
            return nil
        }
        let fields = String(decoding: bytes, as: UTF8.self).split(
            separator: "\"", omittingEmptySubsequences: false)
        guard fields.count >= 3, !fields[1].isEmpty else { return nil }
        return String(fields[1])
    }
}
