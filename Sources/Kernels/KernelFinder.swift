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
    /// - Throws: `unknown-kernel`, `no-kernel-headers`, `kernel-needed`, `same-release`.
    package func find(_ names: [String]) throws(Diagnostic) -> [KernelTarget] {
        guard !names.isEmpty else {
            throw .error(
                "kernel-needed", "this needs a kernel, and a kernel is never guessed",
                hint: "give -k with one of: \(available())", status: .usage)
        }
        var found: [KernelTarget] = []
        for name in names {
            for target in name == "all" ? try all() : [try find(name)] {
                guard let twin = found.first(where: { $0.release == target.release }) else {
                    found.append(target)
                    continue
                }
                // A uname is no identity, but what is made for a kernel is kept under it.
                guard twin.buildFolder == target.buildFolder else {
                    throw .error(
                        "same-release",
                        "\(twin.buildFolder) and \(target.buildFolder) are both kernel \(target.release)",
                        hint: "build for them one after the other, each with its own -o")
                }
            }
        }
        return found
    }

    /// The releases in `/lib/modules` and `/usr/src` that have headers, sorted as versions.
    package func releases() -> [String] { candidates().map(\.release) }

    /// Every kernel that has headers, once, with the folder that a search for its release would find.
    private func candidates() -> [(release: String, folder: FilePath)] {
        var folders: [String: FilePath] = [:]
        func add(_ folder: FilePath) {
            guard isBuildFolder(folder), let release = Self.release(of: folder), folders[release] == nil
            else {
                return
            }
            folders[release] = headers(ofRelease: release) ?? folder
        }
        for name in (try? Files.names(in: modules)) ?? [] { add(modules.appending(name).appending("build")) }
        for parent in [sources, sources.appending("kernels")] {
            for name in (try? Files.names(in: parent)) ?? [] { add(parent.appending(name)) }
        }
        return folders.map { (release: $0.key, folder: $0.value) }
            .sorted { KernelRelease($0.release) < KernelRelease($1.release) }
    }

    private func all() throws(Diagnostic) -> [KernelTarget] {
        let candidates = candidates()
        guard !candidates.isEmpty else {
            throw .error(
                "no-kernel-headers", "no kernel headers are installed",
                hint:
                    "install some, for example: apt-get install linux-headers-amd64, dnf install kernel-devel"
            )
        }
        var targets: [KernelTarget] = []
        for candidate in candidates { targets.append(try target(candidate.folder)) }
        return targets
    }

    private func find(_ name: String) throws(Diagnostic) -> KernelTarget {
        if name.contains("/") {
            let folder = FilePath(name)
            guard isBuildFolder(folder) else {
                throw .error(
                    "no-kernel-headers",
                    "\(name) is no folder of kernel headers: it lacks a Makefile, or UTS_RELEASE in include/generated/utsrelease.h",
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
        // It becomes part of paths and commands.
        guard fields.count >= 3, PlainName.isPlain(fields[1]) else { return nil }
        return String(fields[1])
    }
}
