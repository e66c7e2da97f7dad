import Dialects
import Relay

/// A daemon that has a few things and tells of them; nothing about it is real.
struct FakeDaemon: Upstream {
    /// Inspections as JSON, by name.
    var containers: [String: String] = [:]
    var volumes: [String: String] = [:]
    /// Podman's own inspections of containers, by id, and of pods, by name.
    var libpod: [String: String] = [:]
    /// Driver by name.
    var networks: [String: String] = ["host": "host", "bridge": "bridge", "none": "null"]
    /// Names by id.
    var networkIDs: [String: String] = [Self.hostNetworkID: "host"]
    var execs: [String: String] = [:]
    /// The inspections of networks, whole, where a driver does not say enough.
    var wholeNetworks: [String: String] = [:]
    var version = #"{"Components":[{"Name":"Engine"}]}"#
    /// Names of images that were pulled.
    var images: Set<String> = []
    var information = #"{"DefaultRuntime":"runc","LoggingDriver":"json-file","CgroupVersion":"2"}"#
    /// Whether it answers at all.
    var answers = true

    static let hostNetworkID = String(repeating: "6a", count: 32)

    func get(_ target: String) async throws(UpstreamError) -> UpstreamAnswer {
        guard answers else { throw UpstreamError("connection refused") }
        let request: DockerAPIRequest
        do throws(ReadingRefusal) {
            request = try DockerAPIRequest(method: "GET", target: target)
        } catch {
            return UpstreamAnswer(status: error.status == 404 ? 404 : 301, body: [])
        }
        let name = request.name ?? ""
        switch request.endpoint {
        case .containerInspect: return answer(containers[name])
        case .libpodContainerInspect, .libpodPodInspect: return answer(libpod[name])
        case .volumeInspect: return answer(volumes[name])
        case .execInspect: return answer(execs[name])
        case .info: return answer(information)
        case .version: return answer(version)
        case .networkList:
            return answer("[\(wholeNetworks.sorted { $0.key < $1.key }.map(\.value).joined(separator: ","))]")
        case .imageInspect: return answer(nil)
        case .imageList: return answer(list(request.value("filters") ?? ""))
        case .networkInspect where wholeNetworks[name] != nil: return answer(wholeNetworks[name])
        case .networkInspect:
            let found = networkIDs.first { !name.isEmpty && $0.key.hasPrefix(name) }?.value ?? name
            return answer(networks[found].map { #"{"Name":"\#(found)","Driver":"\#($0)"}"# })
        default: return answer(nil)
        }
    }

    private func list(_ filter: String) -> String {
        let isThere = images.contains { filter == #"{"reference":{"\#($0)":true}}"# }
        return isThere ? #"[{"Id":"sha256:1","ParentId":""}]"# : "[]"
    }

    private func answer(_ json: String?) -> UpstreamAnswer {
        json.map { UpstreamAnswer(status: 200, body: Array($0.utf8)) } ?? UpstreamAnswer(status: 404, body: [])
    }

    /// What a daemon shows of a container that was created with that `HostConfig`, defaults filled in.
    static func inspection(
        _ name: String,
        host: String = "",
        mounts: String = "",
        labels: String = "{}",
        networks: String = #"{"bridge":{}}"#
    ) -> String {
        let masked = #"""
            ["/proc/asound","/proc/acpi","/proc/kcore","/proc/keys","/proc/latency_stats","/proc/timer_list",
            "/proc/timer_stats","/proc/sched_debug","/proc/scsi","/sys/firmware"]
            """#
        let defaults: [(String, String)] = [
            ("NetworkMode", #""default""#), ("IpcMode", #""private""#), ("PidMode", #""""#), ("UTSMode", #""""#),
            ("CgroupnsMode", #""private""#), ("Runtime", #""runc""#), ("Privileged", "false"),
            ("LogConfig", #"{"Type":"json-file","Config":{}}"#), ("Binds", "null"), ("CapAdd", "null"),
            ("MaskedPaths", masked),
            ("ReadonlyPaths", #"["/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger"]"#),
        ]
        let kept = defaults.filter { !host.contains("\"\($0.0)\"") }.map { "\"\($0.0)\":\($0.1)" }
        let all = (kept + (host.isEmpty ? [] : [host])).joined(separator: ",")
        return """
            {"Id":"\(String(repeating: "c0", count: 32))","Name":"/\(name)","Image":"sha256:1",
            "Config":{"Image":"busybox:latest","Cmd":["sleep"],"Labels":\(labels)},
            "HostConfig":{\(all)},"Mounts":[\(mounts)],"NetworkSettings":{"Networks":\(networks)}}
            """
    }
}
