@testable import Sigma
import Testing

@Suite struct NamePatternTests {
    @Test(arguments: [
        ("*", "", true), ("a*c", "abbc", true), ("a*c", "abcd", false), ("*b*", "abc", true), ("**", "x", true),
        ("", "", true), ("", "a", false), ("a", "", false), ("a", "a", true), ("A", "a", false),
        // Not in time that doubles with each star.
        ("*a*a*a*a*a*a*a*b", String(repeating: "a", count: 5_000), false),
    ])
    func `stars stand for any text`(_ pattern: String, _ name: String, _ isMatch: Bool) {
        #expect(NamePattern.matches(pattern, name) == isMatch)
    }
}
