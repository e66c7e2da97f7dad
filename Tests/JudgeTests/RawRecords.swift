import Deployments
import JSON
import Sigma
import Testing

@testable import Judge

/// Rules and raw records, judged.
enum RawRecords {
    /// A judge of rules written in YAML.
    static func judge(_ yaml: String) throws -> Judge {
        var library = RuleLibrary()
        library.add(yaml, file: "test.yml")
        try #require(library.diagnostics == [])
        return Judge(try Judge.Bench(library))
    }

    /// The findings on one record.
    static func findings(
        _ judge: Judge,
        _ json: String,
        of source: RawSource = .kubernetesAudit,
        offset: Int = 0
    ) throws -> [Finding] {
        var findings: [Finding] = []
        try JSONParser().withDocument(json) { value in
            judge.judge(value, of: source, at: .init(path: "audit.log", offset: offset), original: { json }) {
                findings.append($0)
            }
        }
        return findings
    }

    /// A rule on Kubernetes audit logs with these lines as its search.
    static func rule(_ search: String, condition: String = "search") -> String {
        """
        title: test
        id: test
        logsource: {product: kubernetes, service: audit}
        detection:
            search:
                \(search.split(separator: "\n").joined(separator: "\n        "))
            condition: \(condition)
        """
    }

    /// Whether the rule with that search fires on the event.
    static func fires(_ search: String, on json: String) throws -> Bool {
        try !findings(judge(rule(search)), json).isEmpty
    }

    /// An event on a pod as asked for, or on another object.
    static func event(
        verb: String = "create",
        resource: String = "pods",
        group: String? = nil,
        subresource: String? = nil,
        object: String? = nil,
        code: Int = 201
    ) -> String {
        let apiGroup = group.map { #","apiGroup":"\#($0)""# } ?? ""
        let part = subresource.map { #","subresource":"\#($0)""# } ?? ""
        let request = object.map { #","requestObject":\#($0)"# } ?? ""
        return """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"4b1c",\
            "stage":"ResponseComplete","requestURI":"/api/v1/namespaces/shop/\(resource)","verb":"\(verb)",\
            "user":{"username":"mallory","groups":["system:authenticated"]},"sourceIPs":["10.0.0.9","10.0.0.7"],\
            "userAgent":"kubectl/v1.31.0","objectRef":{"resource":"\(resource)","namespace":"shop"\(apiGroup)\(part)},\
            "responseStatus":{"code":\(code)}\(request),"requestReceivedTimestamp":"2026-11-24T08:00:00.000001Z",\
            "annotations":{"authorization.k8s.io/decision":"allow"}}
            """
    }
}
