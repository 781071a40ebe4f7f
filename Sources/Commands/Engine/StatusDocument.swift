import Lifecycle

/// The document of `status --json`.
struct StatusDocument: Encodable, Sendable {
    struct Item: Encodable, Sendable {
        let module: String
        let version: String
        let kernel: OrNull<String>
        let arch: OrNull<String>
        let state: String
        let notes: [String]
    }

    let modules: [Item]

    init(_ statuses: [ModuleStatus]) {
        modules = statuses.map { status in
            let notes = status.notes.map(\.rawValue) + (status.builtFor.map { ["Built for \($0)"] } ?? [])
            return Item(
                module: status.module, version: status.version, kernel: OrNull(status.kernel),
                arch: OrNull(status.architecture), state: status.state.rawValue, notes: notes)
        }
    }
}
