/// What modules that are installed together need from elsewhere and offer to others, symbol by symbol.
package struct SymbolDependencies: Hashable, Sendable {
    /// Symbols that none of the modules exports, sorted by name.
    package let imports: [SymbolVersion]
    /// Symbols that one of them exports, sorted by name.
    package let exports: [ExportedSymbol]
    /// Whether each module says which symbols it was built against: a kernel without CONFIG_MODVERSIONS notes none.
    package let areVersioned: Bool

    package init(_ modules: [ModuleFile]) {
        var exports: [String: ExportedSymbol] = [:]
        for symbol in modules.flatMap(\.exportedSymbols) { exports[symbol.name] = symbol }
        let imports = Set(modules.flatMap(\.symbolVersions)).filter { exports[$0.name] == nil }
        self.imports = imports.sorted { ($0.name, $0.crc) < ($1.name, $1.crc) }
        self.exports = exports.values.sorted { $0.name < $1.name }
        areVersioned = modules.allSatisfy { !$0.symbolVersions.isEmpty }
    }
}
