import Settings
import SourceTree

extension ExtraRelations {
    /// The items of a field.
    subscript(field: RelationField) -> [String] {
        get { self[keyPath: Self.list(of: field)] }
        set { self[keyPath: Self.list(of: field)] = newValue }
    }

    /// Adds an item to those of a field, once.
    mutating func add(_ item: String, to field: RelationField) {
        if !self[field].contains(item) { self[field].append(item) }
    }

    private static func list(of field: RelationField) -> WritableKeyPath<ExtraRelations, [String]> {
        switch field {
        case .requires: \.requires
        case .recommends: \.recommends
        case .suggests: \.suggests
        case .enhances: \.enhances
        case .supplements: \.supplements
        case .provides: \.provides
        case .conflicts: \.conflicts
        case .breaks: \.breaks
        case .replaces: \.replaces
        }
    }
}
