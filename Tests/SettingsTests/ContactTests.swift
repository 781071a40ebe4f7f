import Settings
import Testing

/// People as packages name them.
@Suite struct ContactTests {
    @Test(
        arguments: [
            ("Ann Lee <ann@example.org>", "Ann Lee <ann@example.org>"),
            ("Acme Co., Ltd. <a@example.org>", "\"Acme Co., Ltd.\" <a@example.org>"),
            ("\"Acme Co., Ltd.\" <a@example.org>", "\"Acme Co., Ltd.\" <a@example.org>"),
            ("J. R. Hacker <j@example.org>", "J. R. Hacker <j@example.org>"),
            ("日本 (team) <a@example.org>", "\"日本 (team)\" <a@example.org>"),
            ("O'Neil <o@example.org>", "O'Neil <o@example.org>"),
        ])
    func mailboxes(_ text: String, _ expected: String) {
        #expect(Contact.isOne(text))
        #expect(Contact.mailbox(text) == expected)
        #expect(Contact.mailbox(expected) == expected)
    }

    @Test(
        arguments: [
            "Ann Lee", "ann@example.org", "<ann@example.org>", " <ann@example.org>",
            "Ann Lee<ann@example.org>",
            "Ann Lee <ann>", "Ann Lee <@example.org>", "Ann Lee <ann@>", "Ann Lee <ann@example.org> (team)",
            "Ann Lee <ann @example.org>", "Ann Lee <a@b>, Bo Lee <b@example.org>",
            "Ann\nLee <ann@example.org>",
            "Ann > Lee <ann@example.org>",
        ])
    func noContacts(_ text: String) {
        #expect(!Contact.isOne(text))
    }

    @Test func webAddresses() {
        #expect(WebAddress.isOne("https://example.org/hello"))
        #expect(WebAddress.isOne("http://example.org"))
        for text in [
            "https://", "example.org", "ftp://example.org", "https://example.org/a b", " https://example.org",
        ] {
            #expect(!WebAddress.isOne(text))
        }
    }
}
