package import Diagnostics

/// A `dkms.conf` as one kernel, architecture and target see it, with the meaning that dkms 3.4.3 gives it.
///
/// Made by ``ConfEvaluator``, which has checked it: every value here can be used as it stands.
package struct DkmsConf: Hashable, Sendable {
    /// How the values were found.
    package enum Evaluator: String, Hashable, Sendable {
        /// Without a shell.
        case plain
        /// bash ran the file.
        case shell
    }

    /// One record: a module that the build makes and where it goes.
    package struct Module: Hashable, Sendable {
        /// The index of the record in `BUILT_MODULE_NAME[#]` and its fellows.
        package var index: Int
        /// The file that make leaves behind, without `.ko`.
        package var builtName: String
        /// Its folder beneath the tree, without a slash at either end; empty for the tree itself.
        package var builtLocation: String
        /// The name it is installed under, without `.ko`.
        package var destName: String
        /// `DEST_MODULE_LOCATION`: begins with `/kernel`, `/updates` or `/extra`, no slash at the end.
        package var destLocation: String
        /// Whether debug sections are stripped from it.
        package var strip: Bool
        /// The record's own conditions, on top of the package's.
        package var buildExclusive: BuildExclusive

        /// Where make leaves the module, relative to the tree: `src/foo.ko`.
        package var builtPath: String {
            builtLocation.isEmpty ? "\(builtName).ko" : "\(builtLocation)/\(builtName).ko"
        }
    }

    /// One entry of an array with a `_MATCH` fellow: `MAKE[#]` or `PATCH[#]`.
    package struct Alternative: Hashable, Sendable {
        package var index: Int
        package var value: String
        /// The extended regular expression that the kernel release has to match; nil for every kernel.
        package var match: String?
    }

    package var packageName: String
    package var packageVersion: String
    /// The records in index order, those included that this kernel excludes: see ``modules(buildableOn:arch:config:)``.
    package var modules: [Module]
    /// The make command for this kernel; nil for dkms's default rule, `make -C $kernel_source_dir M=…`.
    package var makeCommand: String?
    /// All of `MAKE[#]`, in index order.
    package var makeAlternatives: [Alternative]
    /// `CLEAN`, which dkms ignores since 3.1.8.
    package var clean: String?
    /// The names below `patches/` that apply to this kernel, in the order in which they apply.
    package var patches: [String]
    /// All of `PATCH[#]`, in index order.
    package var patchAlternatives: [Alternative]
    package var hooks: Hooks
    /// The conditions of the package as a whole, `OBSOLETE_BY` included.
    package var buildExclusive: BuildExclusive
    /// PACKAGE_NAMEs that have to be installed before this one is built.
    package var buildDepends: [String]
    package var buildDependsRebuild: Bool
    package var autoinstall: Bool
    package var noWeakModules: Bool
    package var obsoleteBy: String?
    /// The deprecated directives that the file sets, sorted.
    package var deprecatedDirectives: [String]
    package var evaluator: Evaluator
    /// Files and programs in the text that tell which system this is, such as `/etc/os-release`, sorted: with any
    /// of them the value holds only for the system it was evaluated for.
    package var readsHostFiles: [String]
    /// What deserves notice but stops nothing.
    package var warnings: [Diagnostic]
}
