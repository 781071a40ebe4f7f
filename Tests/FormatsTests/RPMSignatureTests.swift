import Diagnostics
import Testing

@testable import RPMFormat

/// Which tag a signature goes under; that rpm then verifies it is seen end to end.
@Suite struct RPMSignatureTests {
    /// The start of a version 4 signature: version, type, public-key algorithm, digest.
    private func body(_ version: UInt8 = 4, algorithm: UInt8, count: Int = 100) -> [UInt8] {
        [version, 0, algorithm, 8] + [UInt8](repeating: 7, count: count - 4)
    }

    @Test(
        arguments: [(1, RPMTag.rsaHeader), (17, .dsaHeader), (19, .dsaHeader), (22, .dsaHeader)]
            as [(UInt8, RPMTag)])
    func theAlgorithmSettlesTheTag(_ algorithm: UInt8, _ tag: RPMTag) throws {
        let packet = [0x88, 100] + body(algorithm: algorithm)
        #expect(try RPMSignature(packet).tag == tag)
        #expect(try RPMSignature(packet).packet == packet)
    }

    /// The lengths of both formats of packets (RFC 4880, section 4.2).
    @Test func everyFormOfLengthIsRead() throws {
        let long = body(algorithm: 1, count: 300)
        #expect(try RPMSignature([0x89, 1, 44] + long).tag == .rsaHeader)
        #expect(try RPMSignature([0x8A, 0, 0, 1, 44] + long).tag == .rsaHeader)
        #expect(try RPMSignature([0xC2, 100] + body(algorithm: 1)).tag == .rsaHeader)
        #expect(try RPMSignature([0xC2, 192, 108] + long).tag == .rsaHeader)
        #expect(try RPMSignature([0xC2, 255, 0, 0, 1, 44] + long).tag == .rsaHeader)
    }

    @Test func whatIsNoSignatureIsRefused() {
        let good = [0x88, 100] + body(algorithm: 1)
        let bad: [[UInt8]] = [
            [], [0x88], [0x88, 100], Array(good.dropLast()), good + good, Array("-----BEGIN".utf8),
            [0x99, 0, 100] + body(algorithm: 1), [0x88, 100] + body(3, algorithm: 1),
            [0x88, 100] + body(6, algorithm: 27), [0x88, 100] + body(algorithm: 27),
            [0x8B] + body(algorithm: 1),
            [0xC2, 255, 255, 255, 255, 255, 4], [0x88, 2, 4, 0],
        ]
        for packet in bad {
            #expect(throws: Diagnostic.self, "\(packet.prefix(8))") { try RPMSignature(packet) }
        }
    }
}
