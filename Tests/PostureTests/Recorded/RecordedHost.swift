import Foundation
@testable import Posture

/// A real dockerd as it was recorded: `evidence/docker/v*/evidence.json`, and what of a host that says.
struct RecordedHost: Decodable {
    struct Socket: Decodable {
        var path: String
        /// `0o660`.
        var mode: String
        var uid: UInt32
        var gid: UInt32
        /// `660 root:docker socket`.
        var stat: String
    }

    struct Answer: Decodable {
        var argv: String
        var status: String?
        var headers: [String: String]
        var stderr: String
    }

    private enum CodingKeys: String, CodingKey {
        case pid, cmdline, environ = "environ_docker", sockets = "ss_ltnp", socket, probes, after
        case info = "info_excerpt", warnings = "log_warnings"
    }

    var pid: Int?
    var cmdline: [String]?
    var environ: [String]?
    /// Lines of `ss -ltnp`.
    var sockets: [String]?
    var socket: Socket?
    var probes: [String: Answer]?
    /// What was tried after its start, as `/after` tells it.
    var after: Document?
    var info: Document?
    var warnings: [String]?

    static let folder = RecordedCase.folder.appending(path: "evidence/docker")

    /// When the recordings were made: 2026-11-23.
    static let moment = 1_795_475_240.0

    /// A recording by name: `v01-unix-only`.
    static func named(_ name: String) throws -> RecordedHost {
        let data = try Data(contentsOf: folder.appending(path: "\(name)/evidence.json"))
        return try JSONDecoder().decode(RecordedHost.self, from: data)
    }

    /// What of a host a recording says.
    ///
    /// - Parameter missing: paths that were not there, as nobody would have put them there.
    static func evidence(_ name: String, missing: [String] = []) throws -> HostEvidence {
        let recorded = try named(name)
        var host = HostEvidence(name: name, collectedAt: moment)
        for path in missing { host.files[path] = HostFile(path, .missing) }
        recorded.addProcess(to: &host)
        recorded.addListeners(to: &host)
        recorded.addSocket(to: &host)
        host.docker = recorded.docker
        if let lines = recorded.after?["iptables-save"] {
            host.firewall.iptables = .known(lines.texts.joined(separator: "\n") + "\n")
        }
        let path = recorded.configurationFile
        var file = HostFile(path, .regular, mode: 0o644)
        file.text = try String(contentsOf: folder.appending(path: "\(name)/daemon.json"), encoding: .utf8)
        host.files[path] = file
        return host
    }

    private var configurationFile: String {
        guard let place = cmdline?.firstIndex(of: "--config-file"), let cmdline, place + 1 < cmdline.count else {
            return "/srv/lab/dd/run/daemon.json"
        }
        return cmdline[place + 1]
    }

    private func addProcess(to host: inout HostEvidence) {
        guard let pid, let cmdline else {
            host.processes = .known([])
            return
        }
        var process = HostProcess(id: pid, name: "dockerd", executable: "/usr/sbin/dockerd", arguments: cmdline)
        let variables = (environ ?? []).map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        process.environment = Dictionary(variables.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { _, last in last }
        host.processes = .known([process])
    }

    private func addListeners(to host: inout HostEvidence) {
        let lines = (sockets ?? []) + (after?["ss"]?.texts ?? [])
        host.listeners = .known(lines.compactMap(Self.listener))
        // Of other programs nothing but the name was recorded.
        let known = Set((host.processes.value ?? []).map(\.id))
        for process in lines.flatMap(Self.processes) where !known.contains(process.id) {
            host.processes = .known((host.processes.value ?? []) + [process])
        }
        for name in ["http_plain", "https_no_client_cert", "https_rogue_client_cert", "https_good_client_cert"] {
            if let probe = probes?[name].flatMap({ Self.probe(name, $0) }) { host.probes.append(probe) }
        }
    }

    /// `LISTEN 0 4096 *:2375 *:* users:(("dockerd",pid=16698,fd=8))`, where `*` is a socket for both families.
    static func listener(_ line: String) -> Listener? {
        let fields = line.split(separator: " ")
        guard fields.count > 3, let colon = fields[3].lastIndex(of: ":") else { return nil }
        let port = Int(fields[3][fields[3].index(after: colon)...]) ?? 0
        let address = fields[3][..<colon].filter { $0 != "[" && $0 != "]" }
        let processes = line.components(separatedBy: "pid=").dropFirst().compactMap { Int($0.prefix { $0.isNumber }) }
        return Listener(address == "*" ? "::" : address, port, processes: processes)
    }

    /// `users:(("docker-proxy",pid=19971,fd=4))`.
    private static func processes(_ line: String) -> [HostProcess] {
        line.components(separatedBy: "(\"").dropFirst().compactMap { text in
            let parts = text.components(separatedBy: "\",pid=")
            guard parts.count == 2, let id = Int(parts[1].prefix { $0.isNumber }) else { return nil }
            return HostProcess(id: id, name: parts[0], arguments: [parts[0]])
        }
    }

    private static func probe(_ name: String, _ answer: Answer) -> Probe? {
        guard let text = answer.argv.split(separator: " ").last, let url = URL(string: String(text)),
            let address = url.host(), let port = url.port
        else { return nil }
        let certificates: [String: Probe.Certificate] = [
            "https_rogue_client_cert": .selfMade, "https_good_client_cert": .configured,
        ]
        var probe = Probe(
            address.filter { $0 != "[" && $0 != "]" },
            port,
            url.scheme == "https" ? .https : .http,
            "GET",
            url.path(),
            status: answer.status.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") },
            certificate: certificates[name] ?? .none
        )
        for (name, value) in answer.headers { probe.headers[name.lowercased()] = value }
        if probe.status == nil { probe.failure = answer.stderr }
        return probe
    }

    private func addSocket(to host: inout HostEvidence) {
        guard let socket, let mode = UInt16(socket.mode.dropFirst(2), radix: 8) else { return }
        host.files[socket.path] = HostFile(socket.path, .socket, mode: mode, owner: socket.uid, group: socket.gid)
        let names = socket.stat.split(separator: " ").dropFirst().first?.split(separator: ":") ?? []
        host.groups = .known([
            HostGroup("root", id: 0), HostGroup(names.last.map(String.init) ?? "docker", id: socket.gid),
        ])
        host.users = .known([HostUser("root", id: 0, primaryGroup: 0, home: rootHome)])
    }

    private var docker: Reading<DockerEvidence> {
        guard let info else { return .absent }
        guard info["Plugins"] != nil else { return .unreadable("the engine did not answer") }
        return .known(DockerEvidence(info: info))
    }
}
