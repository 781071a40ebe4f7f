extension [String] {
    /// Each once, where it comes first.
    package var distinct: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
