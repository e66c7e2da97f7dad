import Foundation
@testable import Posture

/// A program of the control plane that was run and asked: its arguments, its files, its sockets and its answers.
struct RecordedControlPlane: Decodable {
    var cmdline: [String]
    var environ: [String: String]?
    var files: [String: String]?
    var ss: [String]
    var probes: [String: RecordedProbe]

    static let folder = Oracle.folder.deletingLastPathComponent()

    /// The evidence of a file below the recorded folder: `k1-default-anonymous.json`.
    static func host(_ name: String) throws -> HostEvidence {
        let data = try Data(contentsOf: folder.appending(path: name))
        return try JSONDecoder().decode(RecordedControlPlane.self, from: data).host
    }

    var host: HostEvidence {
        var host = HostEvidence(name: "recorded", collectedAt: 1_795_000_000)
        let program = cmdline[0].split(separator: "/").last.map(String.init) ?? ""
        var process = HostProcess(id: 100, name: program, executable: cmdline[0], arguments: cmdline)
        process.environment = environ ?? [:]
        host.processes = .known([process])
        host.listeners = .known(ss.compactMap(Self.listener))
        host.probes = probes.sorted { $0.key < $1.key }.compactMap { $0.value.probe }
        // What the recorder did not write down was not there.
        for path in ControlPlaneRequests.fixed.map(\.path) where !path.contains("*") {
            host.files[path] = HostFile(path, .missing)
        }
        for (path, text) in files ?? [:] {
            var file = HostFile(path, .regular, mode: 0o600)
            file.text = text
            host.files[path] = file
        }
        host.addresses = ["127.0.0.1", "10.99.0.1"]
        return host
    }

    /// `LISTEN 0 4096 *:2379 *:* users:(("etcd",pid=1,fd=8))`: `*` is an IPv6 socket that takes IPv4 as well.
    private static func listener(_ line: String) -> Listener? {
        let words = line.split(separator: " ")
        guard words.count > 3, let colon = words[3].lastIndex(of: ":"),
            let port = Int(words[3][words[3].index(after: colon)...])
        else { return nil }
        let address = words[3][..<colon].trimmingCharacters(in: ["[", "]"])
        return Listener(address == "*" ? "::" : address, port, processes: [100])
    }
}

/// What curl asked, and what it was told.
struct RecordedProbe: Decodable {
    var argv: String
    var code: String
    var body: String
    var stderr: String

    static func read(_ file: URL) throws -> [Probe] {
        let probes = try JSONDecoder().decode([String: RecordedProbe].self, from: Data(contentsOf: file))
        return probes.sorted { $0.key < $1.key }.compactMap(\.value.probe)
    }

    var probe: Probe? {
        guard let url = argv.split(separator: " ").last.flatMap({ URLComponents(string: String($0)) }),
            let host = url.host, let scheme = url.scheme.flatMap(Probe.Scheme.init)
        else { return nil }
        var probe = Probe(
            host,
            url.port ?? (scheme == .http ? 80 : 443),
            scheme,
            argv.contains("-X POST") ? "POST" : "GET",
            url.path + (url.query.map { "?\($0)" } ?? ""),
            status: Int(code).flatMap { $0 == 0 ? nil : $0 },
            certificate: argv.contains("--cert ") ? .configured : .none
        )
        for name in ["Authorization", "Host"] {
            guard let place = argv.range(of: "-H \(name): ") else { continue }
            probe.sent[name.lowercased()] = argv[place.upperBound...].components(separatedBy: " http")[0]
        }
        probe.body = body
        probe.failure = stderr.isEmpty ? nil : stderr
        return probe
    }
}
