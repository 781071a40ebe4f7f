import Diagnostics
import Streams
import SystemPackage

/// A mount namespace in which `/etc` shows a target's files instead of those that name the host's distribution.
///
/// `/etc` becomes a tmpfs with a link for each of the host's other entries and the given files as they are, so that
/// a file can appear that the host doesn't have, and none of the host's identity shines through.
struct EtcView: ~Copyable {
    private let temporary: TemporaryFolder

    var folder: FilePath { temporary.path }

    init(_ files: [String: [UInt8]]) throws(Diagnostic) {
        let temporary = try TemporaryFolder("etc")
        let given = temporary.path.appending("given")
        do {
            try Files.makeDirectory(given)
            try Files.makeDirectory(temporary.path.appending("host"))
        } catch {
            throw .file("create", given, error)
        }
        for (name, content) in files {
            guard FilePath.Component(name)?.kind == .regular else {
                throw .error("bad-etc-file", "\"\(name)\" is not the name of a file in /etc")
            }
            try Files.write(content, to: given.appending(name))
        }
        self.temporary = temporary
    }

    /// What to put before a command so that it runs in the namespace, the most privileged way first.
    func prefixes(isRoot: Bool) -> [[String]] {
        let unshare = ["unshare", "--mount", "--propagation", "private"]
        let shell = ["--", "sh", "-c", Self.script, "sh", folder.string]
        let asMappedRoot = unshare + ["--map-root-user"] + shell
        return isRoot ? [unshare + shell, asMappedRoot] : [asMappedRoot]
    }

    /// Links of the host's are copied as links, since a relative one leads elsewhere from another folder.
    private static var script: String {
        #"""
        set -e
        stage=$1
        shift
        mount --rbind /etc "$stage/host"
        mount -t tmpfs -o mode=755 mkdkms /etc
        for entry in "$stage"/host/* "$stage"/host/.[!.]*; do
            name=${entry##*/}
            case $name in
        """# + "\n        \(HostIdentity.patterns.joined(separator: "|"))) continue ;;\n" + #"""
                esac
                if [ -L "$entry" ]; then
                    cp -P "$entry" "/etc/$name"
                elif [ -e "$entry" ]; then
                    ln -s "$entry" "/etc/$name"
                fi
            done
            cp -R "$stage"/given/. /etc/
            if [ -e /usr/lib/os-release ]; then
                if [ -e "$stage/given/os-release" ]; then
                    mount --bind "$stage/given/os-release" /usr/lib/os-release
                else
                    mount --bind /dev/null /usr/lib/os-release
                fi
            fi
            exec "$@"
            """#
    }
}
