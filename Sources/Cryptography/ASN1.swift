import CCrypto

/// Values inside libcrypto's ASN.1 types; nil pointers give empty values.
enum ASN1 {
    static func bytes(_ string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
        guard let string = unsafe string, let start = unsafe ASN1_STRING_get0_data(string) else { return [] }
        let count = Int(unsafe ASN1_STRING_length(string))
        return unsafe Array(UnsafeBufferPointer(start: start, count: max(0, count)))
    }

    /// Big-endian bytes of a number's absolute value, without leading zeros.
    static func magnitude(_ number: UnsafePointer<ASN1_INTEGER>?) -> [UInt8] {
        Array(unsafe bytes(number).drop { $0 == 0 })
    }

    /// Text of any of X.509's string types.
    static func text(_ string: UnsafePointer<ASN1_STRING>?) -> String {
        var utf8: UnsafeMutablePointer<UInt8>?
        let count = unsafe ASN1_STRING_to_UTF8(&utf8, string)
        guard count >= 0, let start = unsafe utf8 else { return "" }
        defer { unsafe CRYPTO_free(start, nil, 0) }
        return unsafe String(
            decoding: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
    }

    /// The short name that openssl knows an object by; its dotted numbers where it knows none.
    static func name(_ object: OpaquePointer?) -> String {
        let identifier = unsafe OBJ_obj2nid(object)
        if identifier != NID_undef, let name = unsafe OBJ_nid2sn(identifier) {
            return unsafe String(cString: name)
        }
        var buffer = [CChar](repeating: 0, count: 128)
        let count = unsafe OBJ_obj2txt(&buffer, Int32(buffer.count), object, 1)
        let digits = buffer.prefix(max(0, min(Int(count), buffer.count - 1)))
        return String(decoding: digits.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// A point in time as `YYYY-MM-DDThh:mm:ssZ`.
    static func time(_ time: UnsafePointer<ASN1_TIME>?) -> String {
        var fields = unsafe tm()
        guard unsafe ASN1_TIME_to_tm(time, &fields) == 1 else { return "" }
        let parts = unsafe [
            fields.tm_year + 1900, fields.tm_mon + 1, fields.tm_mday, fields.tm_hour, fields.tm_min,
            fields.tm_sec,
        ].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return parts[0..<3].joined(separator: "-") + "T" + parts[3..<6].joined(separator: ":") + "Z"
    }
}
