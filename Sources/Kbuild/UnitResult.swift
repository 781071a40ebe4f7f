package import Diagnostics
package import Kernels
package import SystemPackage

/// A module as kbuild made it, stripped where dkms.conf asks for that; neither signed nor compressed.
package struct BuiltModule: Hashable, Sendable {
    /// `DEST_MODULE_NAME`, without `.ko`.
    package var name: String
    /// `DEST_MODULE_LOCATION`, such as `/updates`.
    package var destination: String
    /// The `.ko` on disk; a `.ko.xz` or the like where it comes from `--from`.
    package var path: FilePath

    package init(name: String, destination: String, path: FilePath) {
        self.name = name
        self.destination = destination
        self.path = path
    }
}

/// A module that a build would make.
package struct PlannedModule: Hashable, Sendable {
    /// `DEST_MODULE_NAME`, without `.ko`.
    package let name: String
    /// `DEST_MODULE_LOCATION`, such as `/updates`.
    package let destination: String
    /// Whether the build itself may leave a signature on it: by POST_BUILD, or by make where nothing is stripped after.
    package let mayBeSigned: Bool
}

/// What came of one tree on one kernel.
package struct UnitResult: Sendable {
    package enum State: Sendable {
        case built([BuiltModule])
        /// Nothing was built: these are the modules that dkms.conf names.
        case planned([PlannedModule])
        /// dkms.conf's BUILD_EXCLUSIVE directives rule the kernel out, for this reason.
        case excluded(String)
        case failed(Diagnostic)
    }

    package let kernel: KernelFacts
    package let state: State
    /// What every step printed, where the user finds it; nil where nothing ran.
    package let log: FilePath?
    /// The same as artifacts carry it: no other run for the same kernel touches it.
    package let carriedLog: FilePath?
    /// Whole seconds that the unit took.
    package let seconds: Int
    /// What the record of the unit says of symbols from other packages; nil where it says nothing.
    package var foreignSymbols: [String]? = nil

    package init(kernel: KernelFacts, state: State, log: FilePath?, carriedLog: FilePath? = nil, seconds: Int)
    {
        self.kernel = kernel
        self.state = state
        self.log = log
        self.carriedLog = carriedLog ?? log
        self.seconds = seconds
    }

    package var modules: [BuiltModule] {
        if case .built(let modules) = state { modules } else { [] }
    }

    package var plannedModules: [PlannedModule] {
        if case .planned(let modules) = state { modules } else { [] }
    }

    package var isFailed: Bool {
        if case .failed = state { true } else { false }
    }

    /// `built`, `planned`, `excluded` or `failed`.
    package var stateName: String {
        switch state {
        case .built: "built"
        case .planned: "planned"
        case .excluded: "excluded"
        case .failed: "failed"
        }
    }

    /// Why there are no modules and will be none; nil where there are.
    package var reason: String? {
        switch state {
        case .built, .planned: nil
        case .excluded(let reason): reason
        case .failed(let diagnostic): "\(diagnostic.message) [\(diagnostic.code)]"
        }
    }
}
