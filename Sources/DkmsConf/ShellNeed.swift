/// A construct that only a shell can evaluate, or that is not known for certain to mean what it seems to.
struct ShellNeed: Error {
    /// What it is, as a noun.
    let construct: String
    /// Where it stands in the text, in bytes.
    let offset: Int
}
