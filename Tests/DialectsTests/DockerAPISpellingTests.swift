import Foundation
import Testing

@testable import Dialects

/// Spellings of a create, and whether a real daemon deployed by them.
@Suite(.enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"))
struct `Docker API spellings that a real daemon was asked` {
    private struct Spelling {
        var method = "POST"
        var target = "/v1.41/containers/create"
        var type: String? = "application/json"
        var body = Array(#"{"Image":"busybox:lab","Cmd":["true"]}"#.utf8)
        /// What must stand in the body when it is read.
        var wanted: [String] = []

        static func target(_ target: String) -> Spelling { Spelling(target: target) }
        static func body(_ text: String, _ wanted: String...) -> Spelling {
            Spelling(body: Array(text.utf8), wanted: wanted)
        }
    }

    /// The spellings by the ids of the recorded table; what only framing tells apart is not among them.
    private static let spellings: [String: Spelling] = [
        "p01": .target("/v1.41/containers/create"), "p02": .target("/containers/create"),
        "p03": .target("//containers/create"), "p04": .target("/v1.41//containers/create"),
        "p05": .target("/v1.41/./containers/create"), "p06": .target("/v1.41/x/../containers/create"),
        "p07": .target("/v1.41/containers/%63reate"), "p08": .target("/v1.41/containers%2Fcreate"),
        "p09": .target("/v1.41/x/%2e%2e/containers/create"), "p10": .target("/v1.41/containers/create/"),
        "p11": .target("/v1.41/Containers/Create"), "p12": .target("/v1.12/containers/create"),
        "p13": .target("/v1.041/containers/create"), "p14": .target("/v01.41/containers/create"),
        "p15": .target("/v9.99/containers/create"), "p16": .target("/v1/containers/create"),
        "p17": .target("/v.../containers/create"), "p18": .target("http://docker/v1.41/containers/create"),
        "p19": .target("/v1.41/containers/create;a=b"), "p21": Spelling(method: "post"),
        "p22": Spelling(method: "PUT"), "p23": Spelling(method: "GET"), "p24": .target("/%761.41/containers/create"),
        "p26": .target("/v1.41/containers/create#x"),
        "b01": .body(
            #"{"image":"busybox:lab","hostconfig":{"privileged":true,"binds":["/tmp:/x"],"pidmode":"host"}}"#,
            #""Privileged":true"#,
            #""Binds":["/tmp:/x"]"#,
            #""PidMode":"host""#
        ),
        "b02": .body(#"{"IMAGE":"busybox:lab","HOSTCONFIG":{"PRIVILEGED":true}}"#, #""Privileged":true"#),
        "b03": .body(#"{"Image":"busybox:lab","HostConfig":{"Privileged":false,"Privileged":true}}"#),
        "b04": .body(#"{"Image":"busybox:lab","HostConfig":{"Privileged":false,"privileged":true}}"#),
        "b05": .body(#"{"Image":"busybox:lab"}{"HostConfig":{"Privileged":true}}"#),
        "b06": .body("\u{feff}{\"Image\":\"busybox:lab\"}"),
        "b07": .body(#"{"Image":"busybox:lab","HostConfig":{"Privile\u0067ed":true}}"#, #""Privileged":true"#),
        "b08": .body("{\"Image\":\"busybox:lab\",\"HostConfig\":{\"\u{212a}\":1}}"),
        "b08b": .body(
            "{\"Image\":\"busybox:lab\",\"Ho\u{17f}tConfig\":{\"Privileged\":true}}",
            #""HostConfig":{"Privileged":true}"#
        ),
        "b09": Spelling(type: nil), "b10": Spelling(type: "text/plain"),
        "b11": Spelling(type: "application/json; charset=utf-8"), "b12": Spelling(type: "APPLICATION/JSON"),
        "b13": Spelling(body: [0x1f, 0x8b, 8, 0]),
        "b17": .body(#"{"Image":"busybox:lab","HostConfig":null}"#),
        "b19": .body(#"{"Image":"busybox:lab","HostConfig":{"Privileged":"true"}}"#),
        "b20": .body(
            #"{"Image":"busybox:lab","HostConfig":{"Mounts":[{"Type":"bind","Source":"/","Target":"/x"}]}}"#,
            #""Mounts":[{"Type":"bind","Source":"/","Target":"/x"}]"#
        ),
    ]

    @Test func `what the daemon deployed is read as a create or refused, and the rest is refused`() throws {
        let data = Data(try SharedData.text("docker/normalisation.json").utf8)
        let rows = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        var seen = 0
        for row in rows {
            guard let id = row["id"] as? String, let spelling = Self.spellings[id] else { continue }
            seen += 1
            do throws(ReadingRefusal) {
                let request = try DockerAPIRequest(method: spelling.method, target: spelling.target)
                let schema = request.endpoint.body
                try ContentTypeRules.check(spelling.type.map { [$0] } ?? [], of: schema, isEmpty: false)
                let body = try CanonicalBody.read(spelling.body, as: schema, version: request.version)
                #expect(row["deployed"] as? Bool == true, "\(id) is read, but the daemon refused it")
                #expect(request.endpoint == .containerCreate, "\(id)")
                let text = String(decoding: body?.bytes ?? [], as: UTF8.self)
                for wanted in spelling.wanted { #expect(text.contains(wanted), "\(id)") }
            } catch {
                #expect(spelling.wanted.isEmpty, "\(id): \(error)")
                #expect(error.status == 400 || error.status == 404)
            }
        }
        #expect(seen == Self.spellings.count)
    }
}
