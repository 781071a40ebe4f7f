import Glibc

/// What this engine calls itself to scripts that ask for a version.
package enum EngineVersion {
    /// The dkms whose words and behaviour it has.
    package static let text = "dkms-3.4.3"
}

/// The wall clock as date(1) prints it in the C locale.
enum CalendarTime {
    static var now: String {
        var seconds = time(nil)
        var parts = unsafe tm()
        unsafe localtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 64)
        let count = unsafe strftime(&buffer, buffer.count, "%a %b %e %H:%M:%S %Z %Y", &parts)
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
