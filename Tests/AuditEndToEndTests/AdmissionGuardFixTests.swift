import Foundation
import Testing

/// The commands of fixes, given as they are written there.
@Suite struct AdmissionGuardFixTests {
    /// The words of the program's own part of a line such as `tidewaiter … --image "$IMAGE" | kubectl apply -f -`.
    private static func words(_ line: Substring, image: String) -> [String] {
        line.split(separator: "|")[0].split(separator: " ").dropFirst().map { $0 == "\"$IMAGE\"" ? image : String($0) }
    }

    @Test func `a cluster without an admission guard has one by the command of the fix`() throws {
        let place = try AuditCommandTests.Place()
        try place.write(
            #"{"kind":"ValidatingWebhookConfigurationList","items":[]}"#,
            as: "evidence/cluster/validatingwebhookconfigurations.json"
        )
        for name in ["validatingadmissionpolicies", "validatingadmissionpolicybindings"] {
            try place.write(#"{"kind":"List","items":[]}"#, as: "evidence/cluster/\(name).json")
        }
        try place.write(
            """
            {"kind":"NamespaceList","items":[{"metadata":{"name":"kube-system"}},{"metadata":{"name":"shop"}}]}
            """,
            as: "evidence/cluster/namespaces.json"
        )
        let audit = ["--evidence", "\(place.path)/evidence", "--check", "TW-M1018-025", "--fail-on", "high"]
        let without = try place.run(audit + ["--fixes", "\(place.path)/fixes"])
        #expect(without.status == 3, "\(without.output)")
        let readme = try place.text("fixes/TW-M1018-025/README.md")
        let line = try #require(readme.split(separator: "\n").first { $0.hasPrefix("tidewaiter guard kubernetes ") })
        #expect(line.hasSuffix(" | kubectl apply -f -"))
        let made = try place.run(Self.words(line, image: "registry.example.com/tidewaiter:0.1.0"), of: nil)
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.output.contains("registry.example.com/tidewaiter:0.1.0"))
        // What was listed as empty is listed with the guard's now.
        try place.write(made.output, as: "evidence/cluster/tidewaiter.yaml")
        let with = try place.run(audit)
        #expect(with.status == 0, "\(with.output)")
        let all = try place.run(audit + ["--all"])
        #expect(all.output.contains("workloads.tidewaiter.svc"), "\(all.output)")
        #expect(all.output.contains("it is asked about pods in every namespace but kube-system, tidewaiter"))
    }
}
