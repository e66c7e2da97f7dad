import Foundation
@testable import Intake
import Testing

@Suite struct FormatDetectionTests {
    struct Head: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var format: InputFormat?
        var framing: Framing
        var testDescription: String { name }

        init(_ name: String, _ text: String, _ format: InputFormat?, _ framing: Framing = .lines) {
            self.name = name
            self.text = text
            self.format = format
            self.framing = framing
        }
    }

    static let auditEvent =
        #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a-1","#
        + #""verb":"create","user":{"username":"u"},"objectRef":{"resource":"pods"}}"#
    static let prettyAuditList = """
        {
          "kind": "EventList",
          "apiVersion": "audit.k8s.io/v1",
          "items": [
            {
              "auditID": "a-1"
            }
          ]
        }

        """
    static let daemonLine = #"time="2026-11-24T15:47:23Z" level=debug msg="Calling POST /v1.41/containers/create""#
    static let watchEvent =
        #"{"type":"MODIFIED","object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}}"#
    static let containerEvent =
        #"{"status":"create","id":"9f57","from":"web","Type":"container","Action":"create","#
        + #""Actor":{"ID":"9f57","Attributes":{"image":"web"}},"time":1795535253,"timeNano":1795535253264339239}"#
    static let request =
        #"{"time":"2026-11-24T15:47:33Z","method":"POST","target":"/v1.41/containers/create","#
        + #""headers":{},"body":"{\"Image\":\"web\"}"}"#

    static let heads: [Head] = [
        Head("dockerd's text", "\(daemonLine)\n\(daemonLine)\n", .dockerLog),
        Head("dockerd's text behind a syslog prefix", "Nov 24 15:47:23 host dockerd[812]: \(daemonLine)\n", .dockerLog),
        Head(
            "dockerd's text as journalctl -o short-iso writes it",
            "-- Journal begins at Mon 2026-11-23. --\n2026-11-24T15:47:23+0000 host dockerd[812]: \(daemonLine)\n",
            .dockerLog
        ),
        Head(
            "dockerd's text cut at its start, as a rotated log may be",
            "r/create?name=x\" module=api\n\(daemonLine)\n",
            .dockerLog
        ),
        Head(
            "journalctl -o json-pretty",
            "{\n\t\"__REALTIME_TIMESTAMP\" : \"1795535253264339\",\n\t\"MESSAGE\" : \"Started.\"\n}\n",
            .dockerLog,
            .jsonDocuments
        ),
        Head("a list on one line", "[\(containerEvent),\(containerEvent)]\n", .dockerEvents, .jsonDocuments),
        Head("a list of lines", "[\n\(request),\n\(request)\n]\n", .httpRequests, .jsonDocuments),
        Head("a stream that ends no lines", containerEvent + containerEvent, .dockerEvents, .jsonDocuments),
        Head("an audit log behind a byte order mark", "\u{FEFF}\(auditEvent)\n", .kubernetesAudit),
        Head("a log that begins with NULs", String(repeating: "\0", count: 500) + "\(daemonLine)\n", .dockerLog),
        Head(
            "journalctl -o json",
            #"{"__REALTIME_TIMESTAMP":"1795535253264339","_COMM":"systemd","MESSAGE":"Started."}"# + "\n"
                + #"{"__REALTIME_TIMESTAMP":"1795535253264340","MESSAGE":"time=\"x\" level=info msg=\"y\""}"# + "\n",
            .dockerLog
        ),
        Head(
            "journalctl -o json whose first entries are others'",
            #"{"__REALTIME_TIMESTAMP":"1795535253264339","_COMM":"systemd","MESSAGE":"Started."}"# + "\n",
            .dockerLog
        ),
        Head(
            "journalctl -o export",
            "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795535253264339\n_COMM=dockerd\nMESSAGE=\(daemonLine)\n\n",
            .dockerLog
        ),
        Head(
            "dockerd's own JSON",
            #"{"level":"debug","method":"POST","msg":"handling POST request","request-url":"/v1.51/build","time":"t"}"#
                + "\n",
            .dockerLog
        ),
        Head("docker events", "\(containerEvent)\n\(containerEvent)\n", .dockerEvents),
        Head(
            "docker events before API 1.22",
            #"{"status":"create","id":"9f57","from":"web","time":1424247867}"# + "\n",
            .dockerEvents
        ),
        Head("docker events, one behind the other", containerEvent + containerEvent, .dockerEvents, .jsonDocuments),
        Head(
            "docker events, indented",
            "{\n  \"Type\": \"container\",\n  \"Action\": \"create\",\n  \"Actor\": {}\n}\n",
            .dockerEvents,
            .jsonDocuments
        ),
        Head("captured requests", "\(request)\n\(request)\n", .httpRequests),
        Head("captured requests behind empty lines", "\n\r\n\(request)\n", .httpRequests),
        Head(
            "captured requests, indented",
            "{\n  \"method\": \"POST\",\n  \"target\": \"/containers/create\"\n}\n",
            .httpRequests,
            .jsonDocuments
        ),
        Head("audit lines", "\(auditEvent)\n\(auditEvent)\n", .kubernetesAudit),
        Head("audit lines, the first one cut at its start", "\":\"x\"}}\n\(auditEvent)\n", .kubernetesAudit),
        Head("audit lines, the first one broken", "{\"kind\":\"Event\",\"audi\n\(auditEvent)\n", .kubernetesAudit),
        Head(
            "an audit line longer than the head",
            #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a","requestObject":""#
                + String(repeating: "x", count: 100_000),
            .kubernetesAudit
        ),
        Head(
            "audit event lists, one a line",
            #"{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[\#(auditEvent)]}"# + "\n",
            .kubernetesAudit
        ),
        Head("an audit event list, indented", prettyAuditList, .kubernetesAudit, .jsonDocuments),
        Head("audit lines from CRI", "2026-11-24T15:47:23.1Z stdout F \(auditEvent)\n", .kubernetesAudit),
        Head("audit lines from syslog", "Nov 24 15:47:23 host apiserver: \(auditEvent)\n", .kubernetesAudit),
        Head(
            "audit lines in Docker's json-file",
            #"{"log":"{\"kind\":\"Event\",\"auditID\":\"a-1\",\"verb\":\"create\"}\n","stream":"stdout"}"# + "\n",
            .kubernetesAudit
        ),
        Head(
            "audit lines in a journal",
            #"{"__REALTIME_TIMESTAMP":"1","MESSAGE":"{\"kind\":\"Event\",\"auditID\":\"a-1\"}"}"# + "\n",
            .kubernetesAudit
        ),
        Head("a manifest", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n", .kubernetesManifest, .wholeFile),
        Head(
            "a manifest behind comments, with Windows line ends",
            "# why\r\n---\r\n\r\nkind: Pod\r\napiVersion: v1\r\n",
            .kubernetesManifest,
            .wholeFile
        ),
        Head(
            "a manifest in JSON",
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}"#,
            .kubernetesManifest,
            .wholeFile
        ),
        Head(
            "a list in indented JSON",
            "{\n    \"apiVersion\": \"v1\",\n    \"kind\": \"List\",\n    \"items\": []\n}\n",
            .kubernetesManifest,
            .wholeFile
        ),
        Head(
            "a manifest that runs a container with a request's words in its arguments",
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - args: ['{\"method\":1,\"target\":2}']\n",
            .kubernetesManifest,
            .wholeFile
        ),
        Head("a watch", watchEvent + "\n" + watchEvent + "\n", .kubernetesWatch),
        Head(
            "a watch, as kubectl prints it",
            "{\n    \"type\": \"ADDED\",\n    \"object\": {\n        \"apiVersion\": \"v1\",\n        \"kind\": \"Pod\"\n    }\n}\n",
            .kubernetesWatch,
            .jsonDocuments
        ),
        Head("nothing", "", nil),
        Head("white space", " \n\n\t\n", nil),
        Head("prose", "What kind of apiVersion is this? I do not know.\n", nil),
        Head("a JSON document of another kind", #"{"name":"package","version":"1.0"}"#, nil),
        Head("a JSON array of another kind", "[1,2,3]\n", nil),
        Head("brackets", String(repeating: "}", count: 5_000), nil),
        Head("open brackets", String(repeating: "[", count: 60_000), nil),
    ]

    @Test(arguments: heads)
    func `a format is told by a file's first bytes`(_ head: Head) {
        let bytes = Array(head.text.utf8.prefix(LogFile.headBytes))
        let format = FormatDetection.format(head: bytes)
        #expect(format == head.format)
        if let format { #expect(format.framing(head: bytes) == head.framing) }
    }

    @Test func `bytes that are no text have no format`() {
        var state: UInt64 = 7
        for _ in 0..<50 {
            let bytes = (0..<LogFile.headBytes / 16).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 33)
            }
            #expect(FormatDetection.format(head: bytes) == nil)
        }
        #expect(FormatDetection.format(head: [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]) == nil)
    }

    @Test(arguments: [
        ("2026-11-24T00:00:00.123456789Z stdout F hello\n", InputFormat.containerLog),
        (#"{"log":"hello\n","stream":"stdout","time":"2026-11-24T00:00:00Z"}"# + "\n", .containerLog),
        (
            #"time="2026-11-23T23:57:45Z" level=info msg="started"# + "\"\n"
                + #"time="2026-11-23T23:57:46Z" level=info msg="HTTP request" method=GET path=/ status=200"#,
            .applicationLog
        ),
        (#"{"auditID":"a","requestURI":"/v3","method":"GET","responseCode":200}"#, .applicationLog),
        (
            #"<134>Nov 23 23:42:41 proxy nginx: 192.0.2.1 - - [23/Nov/2026:23:42:43 +0000] "GET / HTTP/1.1" 200 5"#,
            .accessLog
        ),
        (#"{"client.addr":"10.0.0.1:5","method":"GET","uri":"http://a/","status":200,"timestamp":"x"}"#, .accessLog),
        (#"{"method":"GET","path":"/","status":200}"#, .httpRequests),
    ])
    func `what tells of requests is told from the rest`(text: String, format: InputFormat) {
        #expect(FormatDetection.format(head: Array(text.utf8)) == format)
    }

    @Test func `every format has the name that the command line takes`() {
        #expect(
            InputFormat.allCases.map(\.rawValue)
                == [
                    "docker-log", "docker-events", "http-requests", "kubernetes-audit", "kubernetes-manifest",
                    "kubernetes-watch", "access-log", "application-log", "container-log",
                ]
        )
    }
}

@Suite(.enabled(if: SharedData.isPresent, "the recorded corpora are not beside the project"))
struct RecordedFormatTests {
    @Test(arguments: [
        ("docker/recorded/daemon.log", InputFormat.dockerLog, Framing.lines),
        ("docker/recorded-info-level/daemon.log", .dockerLog, .lines),
        ("docker/recorded/events.jsonl", .dockerEvents, .lines),
        ("docker/recorded/requests.jsonl", .httpRequests, .lines),
        ("kubernetes/audit.jsonl", .kubernetesAudit, .lines),
        ("kubernetes/audit-allstages.jsonl", .kubernetesAudit, .lines),
        ("kubernetes/audit-metadata-level.jsonl", .kubernetesAudit, .lines),
        ("kubernetes/audit-eventlists.jsonl", .kubernetesAudit, .lines),
        ("proxy-logs/nginx.log", .accessLog, .lines), ("proxy-logs/nginx-json.log", .accessLog, .lines),
        ("proxy-logs/haproxy.log", .accessLog, .lines), ("proxy-logs/haproxy-clf.log", .accessLog, .lines),
        ("proxy-logs/haproxy-json.log", .accessLog, .lines), ("proxy-logs/envoy-default.log", .accessLog, .lines),
        ("proxy-logs/envoy-text.log", .accessLog, .lines), ("proxy-logs/envoy-json.log", .accessLog, .lines),
        ("proxy-logs/kubeflow-jwa.log", .applicationLog, .lines),
        ("proxy-logs/kubernetes-dashboard-v2.7.log", .applicationLog, .lines),
    ])
    func `a recorded log is told from all others`(_ path: String, _ format: InputFormat, _ framing: Framing) throws {
        let file = try LogFile(path: SharedData.path(path))
        #expect(FormatDetection.format(head: file.head) == format)
        #expect(format.framing(head: file.head) == framing)
        var count = 0
        try file.forEachRecord(framing, maximumRecordBytes: 16 << 20) { _ in count += 1 }
        #expect(count == (try SharedData.text(path)).split(separator: "\n").count)
    }

    @Test func `every recorded manifest is told from all others`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: SharedData.path("kubernetes/crd-manifests"))
        for name in names where name.hasSuffix(".yaml") {
            let file = try LogFile(path: SharedData.path("kubernetes/crd-manifests/\(name)"))
            #expect(FormatDetection.format(head: file.head) == .kubernetesManifest, "\(name)")
        }
    }
}

/// Recorded corpora that stand beside the project; tests that need them are skipped where they are absent.
enum SharedData {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data")

    static var isPresent: Bool { FileManager.default.fileExists(atPath: root.path) }

    static func path(_ name: String) -> String { root.appending(path: name).path }

    static func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }
}

/// Files of no known format: which of them belong among manifests.
@Suite struct ForeignFileTests {
    @Test(arguments: [
        ("conf.yaml", "replicas: 1\n", true), ("kustomization.YML", "resources: [a.yaml]\n", true),
        ("package.json", "{\n  \"name\": \"x\"\n}\n", true), ("one.json", "{\"name\":\"x\"}", true),
        ("list.json", "[1,2]\n", true), ("notes.txt", "to do: nothing\n", false),
        ("log.json", "{\"a\":1}\n{\"b\":2}\n", false), ("build.log", "[1/2] Compiling\n", false),
        ("cut.json", "{\"a\":", false), ("stream", "{}{}", false),
    ])
    func `a document is told from a log`(_ name: String, _ text: String, _ isDocument: Bool) {
        #expect(FormatDetection.isDocument(head: Array(text.utf8), path: "deploy/\(name)") == isDocument)
    }

    @Test func `a long document is one whose first bracket has a line of its own`() {
        let rest = String(repeating: "  \"a\": 1,\n", count: 10_000)
        #expect(FormatDetection.isDocument(head: Array("{\n\(rest)".utf8.prefix(LogFile.headBytes)), path: "a"))
        #expect(
            !FormatDetection.isDocument(head: Array("{\"b\": [\n\(rest)".utf8.prefix(LogFile.headBytes)), path: "a")
        )
    }

    @Test func `white space is nothing, and UTF-16 is told`() {
        #expect(FormatDetection.isBlank(head: Array("\u{FEFF} \r\n\t\n".utf8)) && FormatDetection.isBlank(head: []))
        #expect(!FormatDetection.isBlank(head: [0, 0]) && !FormatDetection.isBlank(head: Array("\n.".utf8)))
        #expect(
            FormatDetection.isUTF16(head: [0xFF, 0xFE, 0x7B, 0])
                && FormatDetection.isUTF16(head: [0xFE, 0xFF, 0, 0x7B])
        )
        #expect(!FormatDetection.isUTF16(head: Array("{}".utf8)))
    }
}
