import Deployments
import Dialects
import Foundation
import Testing

/// Real access logs with labels by line: routes of deployment are told, and nothing else.
@Suite(.enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"))
struct AccessLogCorpusTests {
    struct Label {
        var line: Int
        /// What the request does, by the table of routes; nil for ordinary traffic.
        var effect: String?
        var isDeployment: Bool
        var status: Int?
    }

    static let labels: [String: [Label]] = {
        var labels: [String: [Label]] = [:]
        for row in (try? SharedData.objects("proxy-logs/labels.jsonl")) ?? [] {
            guard let file = row["file"] as? String, let line = row["line"] as? Int else { continue }
            let label = Label(
                line: line,
                effect: row["effect"] as? String,
                isDeployment: row["deployment"] as? Bool ?? false,
                status: row["status"] as? Int
            )
            labels[file, default: []].append(label)
        }
        return labels
    }()

    /// The deployments of each line.
    static func told(_ file: String, by dialect: some Dialect) throws -> (lines: [[ContainerDeployment]], problems: Int)
    {
        var dialect = dialect
        var problems = 0
        let lines = try SharedData.text("proxy-logs/\(file)").split(separator: "\n", omittingEmptySubsequences: false)
        let found = lines.map { line in
            let reading = readings(of: &dialect, [String(line)], path: file)
            problems += reading.problems.count
            return reading.deployments
        }
        return (found, problems)
    }

    static let files: [(String, Dataset)] = [
        ("nginx.log", .nginxAccess), ("nginx-json.log", .nginxAccess), ("haproxy.log", .haproxyAccess),
        ("haproxy-clf.log", .haproxyAccess), ("haproxy-json.log", .haproxyAccess), ("envoy-default.log", .envoyAccess),
        ("envoy-text.log", .envoyAccess), ("envoy-json.log", .envoyAccess),
    ]

    @Test(arguments: files)
    func `of real logs the routes of deployment are told, and nothing else`(file: String, dataset: Dataset) throws {
        let labels = try #require(Self.labels[file])
        let (lines, problems) = try Self.told(file, by: AccessLogDialect())
        #expect(problems == 0)
        // What enters, starts or changes a container is told as well: only ordinary traffic and dry runs are not.
        let wanted = labels.filter { $0.effect != nil && $0.effect != "dryrun" }
        let others = labels.filter { $0.effect == nil || $0.effect == "dryrun" }
        let missed = wanted.filter { lines[$0.line - 1].isEmpty }
        let wrong = others.filter { !lines[$0.line - 1].isEmpty }
        #expect(missed.map(\.line) == [])
        #expect(wrong.map(\.line) == [])
        #expect(wanted.filter(\.isDeployment).count > 200 && others.count > 400)
        for label in wanted {
            for record in lines[label.line - 1] {
                #expect(record.event.dataset == dataset)
                #expect(record.http?.statusCode == label.status)
                #expect(record.event.timestamp != nil)
            }
        }
    }

    @Test(arguments: [
        ("nginx.log", "combined"), ("nginx.log", "common"), ("haproxy.log", "httplog"), ("haproxy-clf.log", "clf"),
        ("envoy-default.log", "envoy:default"), ("envoy-text.log", "istio"), ("envoy-json.log", "envoy:json"),
        ("nginx-json.log", "nginx:json"), ("haproxy-json.log", "haproxy:json"),
        (
            "nginx-json.log",
            #"nginx:escape=json {"time":"$time_iso8601","remote_addr":"$remote_addr","remote_user":"$remote_user","request_method":"$request_method","request_uri":"$request_uri","status":$status,"http_user_agent":"$http_user_agent"}"#
        ),
        (
            "haproxy-json.log",
            #"haproxy:{"time":"%Ts","client_ip":"%ci","client_port":%cp,"status":%ST,"method":"%HM","uri":"%[capture.req.uri,json(utf8s)]"}"#
        ),
        (
            "envoy-json.log",
            #"envoy:{"method":"%REQ(:METHOD)%","path":"%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%","response_code":"%RESPONSE_CODE%","start_time":"%START_TIME%","downstream_remote_address":"%DOWNSTREAM_REMOTE_ADDRESS%"}"#
        ),
    ])
    func `a format that is named, or given as the server's own string, reads the same`(file: String, format: String)
        throws
    {
        let named = try Self.told(file, by: AccessLogDialect(format: try AccessLogFormat(parsing: format))).lines
        let known = try Self.told(file, by: AccessLogDialect()).lines
        #expect(named.map { $0.map(\.event.action) } == known.map { $0.map(\.event.action) })
        #expect(named.map { $0.map(\.http?.path) } == known.map { $0.map(\.http?.path) })
        #expect(named.map { $0.map(\.http?.statusCode) } == known.map { $0.map(\.http?.statusCode) })
        #expect(named.map { $0.map(\.event.timestamp) } == known.map { $0.map(\.event.timestamp) })
        #expect(named.map { $0.map(\.actor.sourceIP) } == known.map { $0.map(\.actor.sourceIP) })
    }

    @Test func `Kubeflow's log tells who asked for which notebook, refused or not`() throws {
        let labels = try #require(
            try JSONSerialization.jsonObject(with: Data(SharedData.text("proxy-logs/kubeflow-jwa.labels.json").utf8))
                as? [[String: Any]]
        )
        let reading = readings(of: ApplicationLogDialect(), try SharedData.lines("proxy-logs/kubeflow-jwa.log"))
        #expect(reading.problems == [])
        let created = reading.deployments.filter { $0.event.action == .workloadCreate }
        let wanted = labels.filter { $0["deployment"] as? Bool == true }
        #expect(created.map(\.http?.statusCode) == wanted.map { $0["status"] as? Int })
        #expect(created.map(\.actor.userName) == wanted.map { $0["user"] as? String })
        #expect(
            created.map(\.container.imageText) == [
                "kubeflownotebookswg/jupyter-scipy:v1.9.0", "docker.io/library/alpine:3.20",
                "registry.example.test/x@sha256:\(String(repeating: "a", count: 64))",
                "kubeflownotebookswg/jupyter-scipy:v1.9.0", nil, nil,
            ]
        )
        // One notebook that was stopped is started again; what stops it is told no more than what only looks.
        #expect(
            reading.deployments.filter { $0.event.action != .workloadCreate }.map(\.event.action) == [.workloadUpdate]
        )
    }

    @Test func `Kubernetes Dashboard's log tells what was deployed`() throws {
        let reading = readings(
            of: ApplicationLogDialect(),
            try SharedData.lines("proxy-logs/kubernetes-dashboard-v2.7.log")
        )
        #expect(reading.problems == [])
        #expect(reading.deployments.map(\.container.imageText) == ["docker.io/library/nginx:1.27", "busybox"])
        #expect(reading.deployments.map(\.security.privileged) == [true, nil])
        #expect(reading.deployments.map(\.http?.statusCode) == [201, 201])
        #expect(reading.deployments.map(\.actor.sourceIP) == ["10.42.0.7", "10.42.0.7"])
        #expect(reading.deployments.last?.process.args == ["sh", "-c", "date +%s; printf '%d%'"])
        #expect(
            reading.deployments.allSatisfy { $0.event.dataset == .managementLog && $0.route == .kubernetesDashboard }
        )
    }

    @Test func `every route of the table is told from a line, by each of its methods`() throws {
        var wrong: [String] = []
        var count = 0
        for row in try SharedData.objects("routes.jsonl") {
            guard let target = row["example"] as? String, let methods = row["method"] as? String else { continue }
            for method in methods.split(separator: "|") {
                for status in [101, 201, 403, 502] {
                    count += 1
                    let line =
                        #"192.0.2.1 - ann [23/Nov/2026:23:42:43 +0000] "\#(method) \#(target) HTTP/1.1" \#(status) 0 "-" "curl/8""#
                    let found = readings(of: AccessLogDialect(), [line]).deployments
                    if found.count != 1 { wrong.append("\(method) \(target): \(found.count)") }
                }
                for other in ["HEAD", "OPTIONS", "TRACE"] {
                    let line = #"192.0.2.1 - ann [23/Nov/2026:23:42:43 +0000] "\#(other) \#(target) HTTP/1.1" 200 0"#
                    if !readings(of: AccessLogDialect(), [line]).deployments.isEmpty {
                        wrong.append("\(other) \(target)")
                    }
                }
            }
        }
        #expect(wrong == [])
        #expect(count > 600)
    }
}
