/// What an archive says about one of its members; nothing in it has been checked for safety.
package struct ArchiveMember: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case file
        case directory
        case symbolicLink(target: String)
        /// Another name for the content of an earlier member.
        case hardLink(target: String)
        /// A device, pipe or socket.
        case special
    }

    /// As it is stored, with any `./`, `/` or `..` that it has.
    package let path: String
    package let kind: Kind
    /// The lower twelve bits of the mode.
    package let permissions: UInt16
    /// Whole seconds since 1970, UTC.
    package let modified: Int64
    /// Bytes of content that the header announces.
    package let size: Int64

    /// The path without `./` and empty components, as entries of a ``FileList`` have it; nil when it is absolute
    /// or has `..` or a NUL, and empty for the folder that everything lies in.
    package var relativePath: String? {
        var path = path.utf8[...]
        if path.first == UInt8(ascii: "/") || path.contains(0) { return nil }
        var components: [Substring.UTF8View] = []
        while !path.isEmpty {
            let component = path.prefix { $0 != UInt8(ascii: "/") }
            path = path.dropFirst(component.count + 1)
            if component.isEmpty || component.elementsEqual(".".utf8) { continue }
            if component.elementsEqual("..".utf8) { return nil }
            components.append(component)
        }
        return components.map { String(Substring($0)) }.joined(separator: "/")
    }
}
