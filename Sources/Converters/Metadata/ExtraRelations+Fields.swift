import Settings
import SourceTree

extension ExtraRelations {
    /// The items of a field.
    subscript(field: RelationField) -> [String] {
        get {
            switch field {
            case .scripts(let purpose): scripts[purpose] ?? []
            case .order(let purpose): order[purpose] ?? []
            default: Self.list(of: field).map { self[keyPath: $0] } ?? []
            }
        }
        set {
            switch field {
            case .scripts(let purpose): scripts[purpose] = newValue.isEmpty ? nil : newValue
            case .order(let purpose): order[purpose] = newValue.isEmpty ? nil : newValue
            default: if let list = Self.list(of: field) { self[keyPath: list] = newValue }
            }
        }
    }

    /// Those that have items, in the order in which they are told.
    var fields: [RelationField] {
        (scripts.keys.map { .scripts($0) } + RelationField.plain + order.keys.map { .order($0) })
            .filter { !self[$0].isEmpty }.sorted()
    }

    /// Adds an item to those of a field, once.
    mutating func add(_ item: String, to field: RelationField) {
        if !self[field].contains(item) { self[field].append(item) }
    }

    /// Nil for the fields that have a list for each purpose.
    private static func list(of field: RelationField) -> WritableKeyPath<ExtraRelations, [String]>? {
        switch field {
        case .scripts, .order: nil
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
