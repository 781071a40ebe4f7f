/// A name that is one component of a path and that neither a shell nor a table gives a meaning.
///
/// What comes from outside, such as a kernel's release or a record of a build farm, has to be one before it becomes
/// part of a path or a command.
package enum PlainName {
    /// Letters, digits and `. _ + ~ -`; neither `.` nor `..`, and no `-` in front.
    package static func isPlain(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text != "." && text != ".." && !text.hasPrefix("-") && text.utf8.allSatisfy(isPlain)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "._+~-".utf8.contains(byte)
        }
    }
}
