/// A path of the host that a container sees, and the runtimes' sockets that are in it.
struct RuntimeMount: Sendable, Equatable {
    var source: String
    var sockets: [String]

    /// Those of some paths that are a runtime's socket or a folder above one.
    ///
    /// - Parameter sockets: what is known of the host's own, beyond the usual places.
    static func among(_ sources: [String], sockets: [String]) -> [RuntimeMount] {
        let all = RuntimeSockets.docker + RuntimeSockets.others + sockets.map(RuntimeSockets.canonical)
        var seen: Set<String> = []
        return sources.filter { seen.insert($0).inserted }.compactMap { source in
            let canonical = RuntimeSockets.canonical(source)
            var inside = all.filter { $0 == canonical || canonical == "/" || $0.hasPrefix("\(canonical)/") }
            // The whole of /var has /var/run in it, where that is no link, and the runtimes' state.
            if canonical == "/var" { inside = RuntimeSockets.docker + inside }
            var unique: Set<String> = []
            inside = inside.filter { unique.insert($0).inserted }
            return inside.isEmpty ? nil : RuntimeMount(source: source, sockets: inside)
        }
    }

    /// `/run has /run/docker.sock and more in it`.
    var words: String {
        let first = sockets.first ?? ""
        if RuntimeSockets.canonical(source) == first { return "\(source) is a runtime's socket" }
        return "\(source) has \(first)\(sockets.count > 1 ? " and more" : "") in it"
    }
}

extension Document {
    /// The paths of the host that a container sees, of what `GET /containers/ID/json` says of it.
    ///
    /// Of binds, mounts and volumes: one of the local driver binds a path where its options say so.
    var mountedPaths: [String] {
        let mounts = (self["Mounts"]?.elements ?? []).compactMap { mount in
            mount["Type"]?.text == "bind" || mount["Type"] == nil ? mount["Source"]?.text : nil
        }
        let host = self["HostConfig"]
        let binds = (host?["Binds"]?.texts ?? []).compactMap { bind in
            bind.split(separator: ":").first.map(String.init).flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        let asked = (host?["Mounts"]?.elements ?? []).compactMap { mount -> String? in
            if mount["Type"]?.text == "bind" { return mount["Source"]?.text }
            let options = mount.at("VolumeOptions", "DriverConfig", "Options")
            let isBind = options?["o"]?.text?.split(separator: ",").contains { $0 == "bind" || $0 == "rbind" } ?? false
            return isBind ? options?["device"]?.text : nil
        }
        return mounts + binds + asked
    }

    /// The paths of the host in a pod's volumes, of its specification.
    var hostPaths: [String] { (self["volumes"]?.elements ?? []).compactMap { $0.at("hostPath", "path")?.text } }
}
