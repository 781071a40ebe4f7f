import CCrypto

/// libcrypto's in-memory file.
@safe struct MemoryBIO: ~Copyable {
    let pointer: OpaquePointer?

    /// An empty one, to be written to.
    init() { unsafe pointer = BIO_new(BIO_s_mem()) }

    deinit { unsafe BIO_free_all(pointer) }

    /// All that was written so far.
    var bytes: [UInt8] {
        var start: UnsafeMutablePointer<UInt8>?
        // BIO_get_mem_data is a macro around this call.
        let count = unsafe BIO_ctrl(pointer, BIO_CTRL_INFO, 0, &start)
        guard count > 0, let start = unsafe start else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// Lends `bytes`, uncopied, as a file that can be read until `body` returns.
    ///
    /// `body` gets nil when memory runs out or the bytes are more than libcrypto can count (2 GiB).
    static func reading<Result>(_ bytes: [UInt8], _ body: (OpaquePointer?) -> Result) -> Result {
        unsafe bytes.withUnsafeBytes { buffer in
            guard let count = Int32(exactly: buffer.count) else { return body(nil) }
            // An empty array may have no address, which libcrypto refuses.
            let bio = unsafe buffer.baseAddress.map { unsafe BIO_new_mem_buf($0, count) } ?? nil
            defer { unsafe BIO_free(bio) }
            return unsafe body(bio)
        }
    }
}
