import Deployments
import Dialects
import Foundation
import JSON
import Judge

/// Logs that are read, judged and correlated by the built-in rules, as a scan does it.
final class SequenceScan {
    private let judge: Judge
    private var correlator: Correlator
    private var found: [Finding] = []

    static let bench = try? Judge.Bench(correlating: .builtIn)

    init() throws {
        let bench = try Self.bench ?? Judge.Bench(correlating: .builtIn)
        judge = Judge(bench)
        correlator = Correlator(bench.correlations!)
    }

    /// Reads records of one log.
    func read(_ dialect: some Dialect, _ records: [String], path: String = "test") {
        let reading = readings(of: dialect, records, path: path, onRawEvent: rawEvent)
        take(reading.deployments)
    }

    /// What rules on raw logs see.
    func rawEvent(_ source: RawLogSource, _ value: JSONValue, _ position: ContainerDeployment.LogPosition) {
        judge.judge(value, of: RawSource(source), at: position, original: { "" }) { take($0) }
    }

    func take(_ deployments: [ContainerDeployment]) {
        for deployment in deployments { judge.judge(DeploymentEvent(deployment)) { take($0) } }
    }

    private func take(_ finding: Finding) {
        // Parts of sequences are silent.
        if correlator.take(finding, { found.append($0) }) { told.insert(finding.rule.title) }
    }

    /// Titles of rules that were told by themselves.
    private(set) var told: Set<String> = []

    /// Titles of the sequences that were found, each as often as it was.
    func sequences() -> [String] {
        correlator.finish { found.append($0) }
        defer { found = [] }
        return found.map(\.rule.title).sorted()
    }

    /// A captured request to an engine.
    static func request(
        _ method: String,
        _ target: String,
        from address: String?,
        at second: Int,
        body: String = "null",
        more: String = ""
    ) -> String {
        let source = address.map { #""source_ip":"\#($0)","# } ?? ""
        let minutes = String(format: "%02d:%02d", second / 60, second % 60)
        return #"{"app":"docker-engine","time":"2026-11-24T10:\#(minutes)Z",\#(source)\#(more)"#
            + #""method":"\#(method)","target":"\#(target)","body":\#(body)}"#
    }

    /// An audit event.
    static func audit(
        _ verb: String,
        _ resource: String,
        by user: String,
        at second: Int,
        namespace: String? = "shop",
        name: String? = nil,
        more: String = "",
        code: Int = 200,
        uri: String = "/",
        spec: String? = nil
    ) -> String {
        let minutes = String(format: "%02d:%02d:%02d", 10 + second / 3_600, second / 60 % 60, second % 60)
        let parts = resource.split(separator: "/")
        let subresource = parts.count == 2 ? #","subresource":"\#(parts[1])""# : ""
        let group = ["deployments", "daemonsets"].contains(resource) ? #","apiGroup":"apps""# : ""
        let place = (namespace.map { #","namespace":"\#($0)""# } ?? "") + (name.map { #","name":"\#($0)""# } ?? "")
        let kind = resource == "deployments" ? "Deployment" : "Pod"
        let version = resource == "deployments" ? "apps/v1" : "v1"
        let body =
            resource == "deployments" ? spec.map { #"{"template":{"spec":\#($0)}}"# } : spec
        let object =
            body.map {
                #","requestObject":{"kind":"\#(kind)","apiVersion":"\#(version)","metadata":{"name":"\#(name ?? "p")"},"spec":\#($0)}"#
            } ?? ""
        return #"{"kind":"Event","level":"Request","auditID":"\#(UUID().uuidString)","stage":"ResponseComplete","#
            + #""requestURI":"\#(uri)","verb":"\#(verb)","user":{"username":"\#(user)"},"sourceIPs":["10.1.2.3"],"#
            + #""objectRef":{"resource":"\#(parts[0])"\#(subresource)\#(group)\#(place),"apiVersion":"v1"},"#
            + #""responseStatus":{"code":\#(code)\#(more)},"requestReceivedTimestamp":"2026-11-24T\#(minutes).000000Z"\#(object)}"#
    }
}
