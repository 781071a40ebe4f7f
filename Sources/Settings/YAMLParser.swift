import CYaml

/// Owns libyaml's parser and the text that it reads.
@safe struct YAMLParser: ~Copyable {
    /// What comes next in a document, by the names of YAML's own serialisation.
    enum Event: Equatable {
        case end, documentStart
        case scalar(String, isPlain: Bool)
        case sequenceStart, sequenceEnd, mappingStart, mappingEnd
        /// What is more than a settings file needs: an alias, an anchor, a tag.
        case refused(String)
    }

    struct Fault: Error {
        let message: String
        let line: Int
    }

    // Both stay where they are: libyaml keeps pointers to them.
    private let raw: UnsafeMutablePointer<yaml_parser_t>
    private let text: UnsafeMutableBufferPointer<UInt8>

    /// Nil only where memory is out.
    init?(_ bytes: [UInt8]) {
        let raw = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard unsafe yaml_parser_initialize(raw) == 1 else {
            unsafe raw.deallocate()
            return nil
        }
        let text = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
        unsafe text.initialize(repeating: 0)
        for (index, byte) in bytes.enumerated() { unsafe text[index] = byte }
        unsafe yaml_parser_set_input_string(raw, text.baseAddress, bytes.count)
        unsafe self.raw = unsafe raw
        unsafe self.text = unsafe text
    }

    deinit {
        unsafe yaml_parser_delete(raw)
        unsafe raw.deallocate()
        unsafe text.deallocate()
    }

    /// The next event and its line, counted from 1; beginnings and ends that mean nothing are passed over.
    mutating func next() throws(Fault) -> (Event, line: Int) {
        while true {
            var event = unsafe yaml_event_t()
            guard unsafe yaml_parser_parse(raw, &event) == 1 else { throw fault }
            defer { unsafe yaml_event_delete(&event) }
            let line = unsafe Int(event.start_mark.line) + 1
            if let known = unsafe Self.event(event) { return (known, line) }
        }
    }

    private static func event(_ event: yaml_event_t) -> Event? {
        switch unsafe event.type {
        case YAML_STREAM_END_EVENT: .end
        case YAML_DOCUMENT_START_EVENT: .documentStart
        case YAML_ALIAS_EVENT: .refused("alias")
        case YAML_SCALAR_EVENT: unsafe scalar(event.data.scalar)
        case YAML_SEQUENCE_START_EVENT:
            unsafe refusal(event.data.sequence_start.anchor, event.data.sequence_start.tag) ?? .sequenceStart
        case YAML_MAPPING_START_EVENT:
            unsafe refusal(event.data.mapping_start.anchor, event.data.mapping_start.tag) ?? .mappingStart
        case YAML_SEQUENCE_END_EVENT: .sequenceEnd
        case YAML_MAPPING_END_EVENT: .mappingEnd
        default: nil
        }
    }

    private static func scalar(_ scalar: yaml_event_t.__Unnamed_union_data.__Unnamed_struct_scalar) -> Event {
        if let refusal = unsafe refusal(scalar.anchor, scalar.tag) { return refusal }
        let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        return unsafe .scalar(
            String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
    }

    private static func refusal(
        _ anchor: UnsafeMutablePointer<yaml_char_t>?, _ tag: UnsafeMutablePointer<yaml_char_t>?
    ) -> Event? {
        if unsafe anchor != nil { return .refused("anchor") }
        return unsafe tag != nil ? .refused("tag") : nil
    }

    private var fault: Fault {
        let problem = unsafe raw.pointee.problem
        let message = unsafe problem.map { unsafe String(cString: $0) } ?? "it is no YAML"
        return unsafe Fault(message: message, line: Int(raw.pointee.problem_mark.line) + 1)
    }
}
