package import Diagnostics

/// Takes a stream of bytes, in order; writers of archives and packages end in one.
package protocol ByteSink: ~Copyable {
    /// Appends `bytes`; after a throw the sink holds an unspecified prefix and is of no further use.
    mutating func write(_ bytes: Span<UInt8>) throws(Diagnostic)
}

extension ByteSink where Self: ~Copyable {
    package mutating func write(_ bytes: [UInt8]) throws(Diagnostic) {
        try write(bytes.span)
    }

    package mutating func write(_ text: String) throws(Diagnostic) {
        try write(Array(text.utf8).span)
    }
}

/// Keeps what it is given in memory.
package struct MemorySink: ByteSink {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func write(_ bytes: Span<UInt8>) throws(Diagnostic) {
        unsafe bytes.withUnsafeBufferPointer { unsafe self.bytes.append(contentsOf: $0) }
    }
}
