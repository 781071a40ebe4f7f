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
}
