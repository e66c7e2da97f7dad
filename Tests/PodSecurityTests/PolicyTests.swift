import PodSecurity
import Testing

@Suite struct PolicyTests {
    @Test(arguments: [
        ("restricted:v1.24", "restricted:v1.24"), ("baseline", "baseline:latest"),
        ("privileged:latest", "privileged:latest"),
        ("baseline:v1.0", "baseline:v1.0"), ("restricted:v1.999", "restricted:v1.999"),
    ])
    func `a policy is read and told alike`(_ text: String, _ wanted: String) throws {
        #expect("\(try PodSecurityPolicy(parsing: text))" == wanted)
    }

    static let levels = "must be one of privileged, baseline, restricted"
    static let versions = #"must be "latest" or "v1.x""#

    @Test(arguments: [
        ("", levels), ("Restricted", levels), ("strict:v1.24", levels), ("restricted:", versions),
        ("restricted:1.24", versions), ("restricted:v1.024", versions), ("restricted:v2.0", versions),
        ("restricted:v1.", versions), ("restricted:v1.-1", versions), ("restricted:v1.+1", versions),
        ("restricted:v1.24.3", versions), ("restricted:v1.99999999999999999999", versions),
        ("restricted:v1.24 ", versions), ("restricted:v1.\u{661}", versions),
    ])
    func `a text that is no policy says what it has to be`(_ text: String, _ wanted: String) {
        #expect {
            try PodSecurityPolicy(parsing: text)
        } throws: { "\($0)" == wanted }
    }

    @Test func `levels are ordered by strictness`() {
        #expect(PodSecurityLevel.allCases.sorted() == [.privileged, .baseline, .restricted])
        #expect(PodSecurityLevel.restricted > .baseline)
    }

    struct Labels: Sendable {
        var labels: [String: String]
        var enforce = "privileged:latest"
        var audit = "privileged:latest"
        var warn = "privileged:latest"
        var errors: [String] = []
    }

    static let namespaces: [Labels] = [
        Labels(labels: [:]),
        Labels(labels: ["enforce": "baseline"], enforce: "baseline:latest", warn: "baseline:latest"),
        Labels(labels: ["warn": "restricted"], warn: "restricted:latest"),
        Labels(labels: ["audit": "baseline", "audit-version": "v1.22"], audit: "baseline:v1.22"),
        Labels(
            labels: ["enforce": "baseline", "warn": "restricted"],
            enforce: "baseline:latest",
            warn: "restricted:latest"
        ),
        Labels(
            labels: ["enforce": "baseline", "enforce-version": "v1.22"],
            enforce: "baseline:v1.22",
            warn: "baseline:v1.22"
        ),
        Labels(
            labels: ["enforce": "baseline", "enforce-version": "v1.22", "warn-version": "latest"],
            enforce: "baseline:v1.22",
            warn: "baseline:latest"
        ),
        Labels(
            labels: ["enforce": "baseline", "warn-version": "v1.23"],
            enforce: "baseline:latest",
            warn: "baseline:v1.23"
        ),
        Labels(labels: ["enforce": "baseline", "warn": "privileged"], enforce: "baseline:latest"),
        Labels(labels: ["enforce-version": "v1.20"], enforce: "privileged:v1.20"),
        Labels(
            labels: ["enforce": "baseline", "warn": "foo"],
            enforce: "baseline:latest",
            errors: [
                "metadata.labels[pod-security.kubernetes.io/warn]: Invalid value: \"foo\": \(levels)"
            ]
        ),
        // What is enforced fails closed, and does not spread to the warnings.
        Labels(
            labels: ["enforce": "foo", "audit": "", "enforce-version": "1.2"],
            enforce: "restricted:latest",
            errors: [
                "metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: \"foo\": \(levels)",
                "metadata.labels[pod-security.kubernetes.io/enforce-version]: Invalid value: \"1.2\": \(versions)",
                "metadata.labels[pod-security.kubernetes.io/audit]: Invalid value: \"\": \(levels)",
            ]
        ),
    ]

    @Test(arguments: namespaces)
    func `a namespace's labels are read as the API server reads them`(_ one: Labels) {
        var labels = Dictionary(uniqueKeysWithValues: one.labels.map { ("pod-security.kubernetes.io/\($0)", $1) })
        labels["app"] = "restricted"
        let (policy, errors) = NamespacePolicy.read(labels: labels)
        #expect("\(policy.enforce)" == one.enforce)
        #expect("\(policy.audit)" == one.audit)
        #expect("\(policy.warn)" == one.warn)
        #expect(errors.map(\.description) == one.errors)
    }

    @Test func `labels are read over the cluster's defaults`() throws {
        var defaults = NamespacePolicy()
        defaults.enforce = try PodSecurityPolicy(parsing: "baseline:v1.25")
        defaults.warn = try PodSecurityPolicy(parsing: "restricted:v1.30")
        let none = NamespacePolicy.read(labels: [:], defaults: defaults)
        #expect(none.policy == defaults)
        let one = NamespacePolicy.read(labels: ["pod-security.kubernetes.io/enforce": "restricted"], defaults: defaults)
        #expect("\(one.policy.enforce)" == "restricted:v1.25")
        #expect("\(one.policy.warn)" == "restricted:v1.30")
    }
}
