import Diagnostics
import KernelModule
import Kernels
import Streams

extension PreparedUnit {
    /// The symbols that the modules get from other packages, sorted: neither they nor the kernel and its own modules export
    /// them.
    ///
    /// That is known for certain only where the modules are built, so it travels with them (unit.json). For modules without
    /// such a record the headers of the same kernel are asked that are installed here.
    /// - Returns: nil where nothing tells.
    func foreignSymbols() throws(Diagnostic) -> [String]? {
        if let recordedForeignSymbols { return recordedForeignSymbols }
        guard let symvers = try kernel.symversAtHand() else { return nil }
        let imports = Set(SymbolDependencies(facts).imports.map(\.name))
        return imports.subtracting(symvers.exported(of: imports)).sorted()
    }
}

extension KernelFacts {
    /// The kernel's list of symbols: of the headers that were built with, else of those that are installed and of the
    /// same kernel; nil where there are none, or none with versions.
    fileprivate func symversAtHand() throws(Diagnostic) -> ModuleSymvers? {
        guard let moduleLayoutCRC else { return nil }
        if let symvers { return Files.isRegularFile(symvers) ? try ModuleSymvers(symvers) : nil }
        guard let found = try? KernelFinder().find([release]).first,
            let crc = try? found.moduleLayoutCRC(), crc == moduleLayoutCRC
        else { return nil }
        return try ModuleSymvers(found.symvers)
    }
}
