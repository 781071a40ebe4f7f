/// The number of a tag, with the names that rpm gives them (rpm's include/rpm/rpmtag.h).
package struct RPMTag: Hashable, Comparable, Sendable {
    package let number: UInt32

    package init(_ number: UInt32) { self.number = number }

    package static func < (left: RPMTag, right: RPMTag) -> Bool { left.number < right.number }

    // The region that marks what digests and signatures cover.
    static let headerSignatures = RPMTag(62)
    static let headerImmutable = RPMTag(63)

    // The signature header.
    static let dsaHeader = RPMTag(267)
    static let rsaHeader = RPMTag(268)
    static let sha1Header = RPMTag(269)
    static let longSignatureSize = RPMTag(270)
    static let sha256Header = RPMTag(273)
    static let signatureSize = RPMTag(1000)
    static let signatureMD5 = RPMTag(1004)
    static let signaturePayloadSize = RPMTag(1007)
    static let reservedSpace = RPMTag(1008)

    // What the package is.
    package static let i18nTable = RPMTag(100)
    package static let name = RPMTag(1000)
    package static let version = RPMTag(1001)
    package static let release = RPMTag(1002)
    package static let epoch = RPMTag(1003)
    package static let summary = RPMTag(1004)
    package static let description = RPMTag(1005)
    package static let buildTime = RPMTag(1006)
    package static let buildHost = RPMTag(1007)
    package static let size = RPMTag(1009)
    package static let vendor = RPMTag(1011)
    package static let license = RPMTag(1014)
    package static let packager = RPMTag(1015)
    package static let group = RPMTag(1016)
    static let source = RPMTag(1018)
    package static let url = RPMTag(1020)
    package static let operatingSystem = RPMTag(1021)
    package static let architecture = RPMTag(1022)
    package static let sourceRPM = RPMTag(1044)
    package static let rpmVersion = RPMTag(1064)
    package static let sourcePackage = RPMTag(1106)
    package static let encoding = RPMTag(5062)

    // Files.
    static let fileSizes = RPMTag(1028)
    static let fileModes = RPMTag(1030)
    static let fileDeviceNumbers = RPMTag(1033)
    static let fileTimes = RPMTag(1034)
    static let fileDigests = RPMTag(1035)
    static let fileLinkTargets = RPMTag(1036)
    static let fileFlags = RPMTag(1037)
    static let fileUsers = RPMTag(1039)
    static let fileGroups = RPMTag(1040)
    static let fileVerifyFlags = RPMTag(1045)
    static let fileDevices = RPMTag(1095)
    static let fileInodes = RPMTag(1096)
    static let fileLanguages = RPMTag(1097)
    static let folderIndexes = RPMTag(1116)
    static let baseNames = RPMTag(1117)
    static let folderNames = RPMTag(1118)
    static let fileColors = RPMTag(1140)
    static let fileClasses = RPMTag(1141)
    static let classes = RPMTag(1142)
    static let longFileSizes = RPMTag(5008)
    static let fileDigestAlgorithm = RPMTag(5011)

    // Change log and payload.
    static let changelogTimes = RPMTag(1080)
    static let changelogNames = RPMTag(1081)
    static let changelogTexts = RPMTag(1082)
    static let payloadFormat = RPMTag(1124)
    package static let payloadCompressor = RPMTag(1125)
    package static let payloadFlags = RPMTag(1126)
    static let payloadDigests = RPMTag(5092)
    static let payloadDigestAlgorithm = RPMTag(5093)
    static let payloadDigestsAlt = RPMTag(5097)
}
