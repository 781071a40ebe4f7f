import Diagnostics
import Streams
import SystemPackage

/// A folder that a package manager installs from: packages, lists of them, and a signature that vouches for the lists.
protocol PackageRepository: Sendable {
    /// Whether a folder is such a repository, whoever made it.
    static func isAt(_ folder: FilePath) -> Bool
    /// - Throws: `missing-program`; `unsigned-repository` where one that is signed would be written without a key.
    static func check(_ folder: FilePath, hasKey: Bool) throws(Diagnostic)

    /// - Parameter settings: their epoch dates the repository, their signer signs it.
    init(_ folder: FilePath, _ settings: ReleaseSettings)

    var folder: FilePath { get }

    /// Makes the lists and signatures in `stage`, of the packages there and of those in the folder that none of them
    /// replaces; the folder's own lists stay as they are.
    func prepare(in stage: FilePath) async throws(Diagnostic) -> RepositoryIndex
}

/// What makes a folder of packages a repository, by names relative to it.
struct RepositoryIndex {
    /// In the order in which they take their places: the one that leads clients to all others comes last.
    var files: [String] = []
    /// What is to be gone when they are there.
    var obsolete: [String] = []
    /// `not-a-package`, for each file that only has the name of one.
    var warnings: [Diagnostic] = []
    /// The names of those files.
    var leftOut: Set<String> = []

    static func += (left: inout RepositoryIndex, right: RepositoryIndex) {
        left.files += right.files
        left.obsolete += right.obsolete
        left.warnings += right.warnings
        left.leftOut.formUnion(right.leftOut)
    }
}

extension PackageRepository {
    /// Makes a repository of the packages that the folder has.
    func write() async throws(Diagnostic) {
        let stage = try RepositoryStage.begin(in: folder)
        let index = try await prepare(in: stage.path)
        try stage.publish(index.files, removing: index.obsolete)
    }

    /// A file of the repository that there was; nil where there was none.
    func previous(_ name: String) throws(Diagnostic) -> String? {
        let path = folder.pushing(FilePath(name))
        return Files.exists(path) ? try Files.readText(path) : nil
    }

    /// Where each file lies that the folder will have, sorted by name: what is in `stage` replaces what is there.
    func files(with stage: FilePath, ending suffix: String) throws(Diagnostic) -> [(
        name: String, path: FilePath
    )] {
        var paths: [String: FilePath] = [:]
        for place in [folder, stage] {
            do {
                for name in try Files.names(in: place) where name.hasSuffix(suffix) {
                    guard Files.isRegularFile(place.appending(name)) else { continue }
                    paths[name] = place.appending(name)
                }
            } catch {
                throw .file("read", place, error)
            }
        }
        return paths.sorted { $0.key < $1.key }.map { (name: $0.key, path: $0.value) }
    }

    private static var faultsOfPackages: Set<Diagnostic.Code> {
        ["bad-deb", "bad-rpm", "bad-control", "bad-dsc", "missing-source", "bad-digest"]
    }

    /// What `read` makes of each of those files; the lists go without what is no package, and a warning says so.
    func readable<Value>(
        _ files: [(name: String, path: FilePath)], _ index: inout RepositoryIndex,
        hint: String = "take the file away, or put a whole package in its place",
        _ read: (String, FilePath) throws(Diagnostic) -> Value
    ) throws(Diagnostic) -> [Value] {
        var values: [Value] = []
        for (name, path) in files {
            do throws(Diagnostic) {
                values.append(try read(name, path))
            } catch {
                // What was made just now is whole, or something is wrong with us.
                guard path.removingLastComponent() == folder,
                    Self.faultsOfPackages.contains(error.code)
                else { throw error }
                index.leftOut.insert(name)
                index.warnings.append(
                    .warning(
                        "not-a-package", "the repository goes without it: \(error.message)", hint: hint,
                        at: .init(file: path.string)))
            }
        }
        return values
    }
}
