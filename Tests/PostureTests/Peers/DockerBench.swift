import Foundation
@testable import Posture

/// What docker-bench-security decides, by its own conditions.
///
/// Source: github.com/docker/docker-bench-security at ff26d67f25be60fc2d82a01710ee14570b2cb9db, version 1.6.0: `tests/` by the
/// number of the check, and `functions/helper_lib.sh` for how arguments and daemon.json are read, with jq installed.
struct DockerBench: Sendable {
    /// Of the newest process with dockerd in its command line.
    var arguments: [String]
    /// The text of daemon.json, at the path that it is looked for at.
    var configuration: String

    // MARK: Arguments and daemon.json

    /// All words that begin with an option; of `-H` its value as well, of no other one that is a word of its own.
    ///
    /// Source: `get_docker_cumulative_command_line_args`.
    func options(_ option: String) -> [String] {
        var line = arguments.joined(separator: " ")
        for (long, short) in [("--debug", "-D"), ("--host", "-H"), ("--log-level", "-l"), ("--version", "-v")] {
            line = line.replacing(long, with: short)
        }
        line = line.replacing(#/-([DHlv\\])[= ]([^\- ][^ ])/#) { "-\($0.1)=\($0.2)" }
        return line.split(separator: " ").map(String.init).filter { $0.hasPrefix(option) }
    }

    /// What jq says of a member of daemon.json: nothing where it has none, or where the file is none.
    ///
    /// Source: `get_docker_configuration_file_args`. A name with quotes in it, as 2.7 asks for, is no program that jq runs.
    func setting(_ name: String) -> String {
        guard !name.contains("\""), let document = Document.reading(configuration, from: "daemon.json").value,
            let value = document[name]
        else { return "" }
        return value.scalar ?? value.json
    }

    private func isFalse(_ option: String, _ name: String) -> Bool {
        (options(option).last ?? "").contains("false") || setting(name).contains("false")
    }

    // MARK: Section 2

    /// 2.2: whether it warns that containers talk on the default bridge.
    var warnsOfBridge: Bool { !isFalse("--icc", "icc") }

    /// 2.4: whether it warns that the engine makes no packet filter rules.
    var warnsOfPacketFilter: Bool { isFalse("--iptables", "iptables") }

    /// 2.12: whether it warns that nothing authorizes requests.
    var warnsOfAuthorization: Bool {
        let configured = setting("authorization-plugins")
        return !(!configured.isEmpty && !configured.hasPrefix("[]") && configured != "null")
            && options("--authorization-plugin").isEmpty
    }

    /// 2.7: what it says of TLS.
    ///
    /// Its condition is of two parts: a line of daemon.json with `host` before `tcp://`, and `-H` with neither `unix://` nor
    /// `fd://`. Line 152 of the file has U+00A0 behind the `||` between them, so that the shell runs a program of that name in
    /// place of the second, and finds none.
    var transport: String {
        let lines = configuration.split(whereSeparator: \.isNewline)
        let isConfigured = lines.contains { $0.contains(#/host.*tcp:\/\//#) }
        guard isConfigured else { return "INFO: Docker daemon not listening on TCP" }
        // `"tlsverify":` and `"tls":` are asked of jq with their quotes, which gives nothing; of arguments one word is taken.
        if options("--tlsverify").count == 1 { return "PASS" }
        if options("--tls").filter({ $0.hasSuffix("tls") }).count == 1 {
            return "WARN: Docker daemon currently listening on TCP with TLS, but no verification"
        }
        return "WARN: Docker daemon currently listening on TCP without TLS"
    }

    // MARK: Sections 1, 3, 5 and 7

    /// 1.1.2: those of group docker who are not trusted, by `getent group docker`; with `-u` given, or it warns of nobody.
    static func doubtful(in groups: [HostGroup], trusted: String) -> [String] {
        let members = groups.filter { $0.name == "docker" }.flatMap(\.members)
        return members.filter { !trusted.contains($0) }
    }

    /// 3.13 and 3.14: the path of the server's key.
    var keyPath: String {
        let named = setting("tlskey")
        guard named.isEmpty else { return named }
        guard let word = options("--tlskey").last, let value = word.firstRange(of: "tlskey=") else { return "" }
        return String(word[value.upperBound...])
    }

    /// 3.13 and 3.14: whether it warns of the owner or the mode of a key: it has to be 400.
    static func warns(ofKey file: HostFile) -> Bool {
        "\(file.owner)\(file.group)" != "00" || decimal(file.mode) != 400
    }

    /// 3.16, and as well with another bound all others of modes: the digits of the mode are taken for a decimal number.
    static func warns(ofSocketMode mode: UInt16) -> Bool { decimal(mode) > 660 }

    private static func decimal(_ mode: UInt16) -> Int { Int(String(mode & 0o7777, radix: 8)) ?? 0 }

    /// 3.15: by names of owner and group.
    static func warns(ofSocketOwners owners: String) -> Bool { owners != "root:docker" }

    /// 5.6: whether it warns of a container's mounts, as `docker inspect` prints them: one of eight folders, to be written.
    static func warns(ofFolders mounts: [Document]) -> Bool {
        let folders = ["/", "/boot", "/dev", "/etc", "/lib", "/proc", "/sys", "/usr"]
        // One line is searched for a folder and, somewhere behind it, a `true`.
        return mounts.indices.contains { index in
            let paths = [mounts[index]["Source"]?.text, mounts[index]["Destination"]?.text]
            return paths.contains { folders.contains($0 ?? "") }
                && mounts[index...].contains { $0["RW"]?.bool == true }
        }
    }

    /// 5.32: `docker.sock` anywhere in the container's mounts.
    static func warns(ofSocket mounts: [Document]) -> Bool { mounts.contains { $0.json.contains("docker.sock") } }

    /// 5.14: a published port at 0.0.0.0, in what `docker port` prints.
    static func warns(ofPorts ports: Document) -> Bool {
        ports.members.flatMap(\.value.elements).contains { $0["HostIp"]?.text == "0.0.0.0" }
    }

    /// 7.2: whether it warns of an engine's swarm: not where there is none.
    static func warns(ofSwarm info: Document, listeners: [Listener]) -> Bool {
        info.at("Swarm", "LocalNodeState")?.text == "active"
            && listeners.contains { $0.port == 2377 && ["::", "0.0.0.0"].contains($0.address) }
    }
}
