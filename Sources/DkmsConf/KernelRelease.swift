/// A kernel release in the order that dkms compares releases in.
///
/// Runs of digits compare as numbers, everything else byte by byte, and a prefix comes before what it begins:
/// `4.12 < 4.12-rc1 < 4.12.1`. dkms pads numbers to three digits and compares text; the two agree up to 999.
package struct KernelRelease: Comparable, Sendable {
    private let bytes: [UInt8]

    package init(_ release: String) { bytes = Array(release.utf8) }

    package static func == (left: KernelRelease, right: KernelRelease) -> Bool {
        !(left < right) && !(right < left)
    }

    package static func < (left: KernelRelease, right: KernelRelease) -> Bool {
        var (a, b) = (left.bytes[...], right.bytes[...])
        while let first = a.first, let second = b.first {
            if isDigit(first), isDigit(second) {
                let (number, other) = (takeNumber(&a), takeNumber(&b))
                if number.count != other.count { return number.count < other.count }
                if !number.elementsEqual(other) { return number.lexicographicallyPrecedes(other) }
            } else {
                if first != second { return first < second }
                a.removeFirst()
                b.removeFirst()
            }
        }
        return a.isEmpty && !b.isEmpty
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// Takes the digits off the front and returns them without leading zeros, so that no number is too long.
    private static func takeNumber(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let digits = bytes.prefix(while: isDigit)
        bytes = bytes.dropFirst(digits.count)
        return digits.drop { $0 == 0x30 }
    }
}
