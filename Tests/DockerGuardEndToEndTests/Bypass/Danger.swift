import Foundation

/// What an engine really made of a container that would give it power over the host.
///
/// Written from what the engine says of it afterwards, not from the request: this is the yardstick for the guard, and
/// must share nothing with it.
struct Danger {
    /// Directories below which binds are harmless.
    var allowed = "/srv/lab/"
    var engine: Engine

    private static let defaultCapabilities: Set<String> = [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
        "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ]

    /// The dangerous settings of a container, by the engine's inspection.
    func settings(of container: [String: Any]) throws -> [String] {
        let host = container["HostConfig"] as? [String: Any] ?? [:]
        var found: [String] = []
        if host["Privileged"] as? Bool == true { found.append("Privileged") }
        found += namespaces(host)
        let networks = (container["NetworkSettings"] as? [String: Any])?["Networks"] as? [String: Any] ?? [:]
        if networks["host"] != nil { found.append("network host") }
        for capability in host["CapAdd"] as? [String] ?? [] {
            var name = capability.uppercased()
            if name.hasPrefix("CAP_") { name.removeFirst(4) }
            if !Self.defaultCapabilities.contains(name) { found.append("CapAdd \(capability)") }
        }
        found += security(host)
        found += devices(host)
        found += try mounts(container)
        if let parent = host["CgroupParent"] as? String, !parent.isEmpty { found.append("CgroupParent") }
        if let runtime = host["Runtime"] as? String, runtime != "runc" { found.append("Runtime \(runtime)") }
        let log = (host["LogConfig"] as? [String: Any])?["Config"] as? [String: String] ?? [:]
        if log.values.contains(where: { $0.hasPrefix("unix:") }) { found.append("LogConfig") }
        let sysctls = host["Sysctls"] as? [String: String] ?? [:]
        let isOfHost = found.contains { $0.hasPrefix("NetworkMode") || $0 == "network host" }
        if !sysctls.isEmpty, isOfHost { found.append("Sysctls") }
        return found
    }

    /// CgroupnsMode is not among them: with version 1 of cgroups the engine itself sets it to host.
    private func namespaces(_ host: [String: Any]) -> [String] {
        ["NetworkMode", "PidMode", "IpcMode", "UTSMode", "UsernsMode", "Cgroup"].compactMap { key in
            guard let mode = host[key] as? String else { return nil }
            return mode == "host" || mode.hasPrefix("container:") ? "\(key) \(mode)" : nil
        }
    }

    private func security(_ host: [String: Any]) -> [String] {
        var found: [String] = []
        for option in host["SecurityOpt"] as? [String] ?? [] {
            let value = option.drop { $0 != "=" && $0 != ":" }.dropFirst()
            let lowers: Bool
            if option.hasPrefix("seccomp") {
                // Anything but the default; a profile that is no JSON never starts.
                lowers = value == "unconfined" || value.hasPrefix("{")
            } else {
                lowers = value == "unconfined" || value == "disable"
            }
            if lowers { found.append(option) }
        }
        // The engine fills both in when they are not given; privileged containers have neither.
        let masked = host["MaskedPaths"] as? [String]
        if host["MaskedPaths"] is NSNull || (masked.map { $0.count < 5 } ?? false) { found.append("MaskedPaths") }
        let readOnly = host["ReadonlyPaths"] as? [String]
        if host["ReadonlyPaths"] is NSNull || (readOnly.map { $0.count < 5 } ?? false) { found.append("ReadonlyPaths") }
        return found
    }

    private func devices(_ host: [String: Any]) -> [String] {
        ["Devices", "DeviceRequests", "DeviceCgroupRules"].filter { !((host[$0] as? [Any]) ?? []).isEmpty }
    }

    private func mounts(_ container: [String: Any]) throws -> [String] {
        try (container["Mounts"] as? [[String: Any]] ?? []).compactMap { mount in
            let source = mount["Source"] as? String ?? ""
            if mount["Type"] as? String == "bind" {
                return isAllowed(source) ? nil : "bind of \(source)"
            }
            guard mount["Type"] as? String == "volume", let name = mount["Name"] as? String else { return nil }
            let volume = try engine.get("/volumes/\(name)").object
            return ((volume["Options"] as? [String: Any]) ?? [:]).isEmpty ? nil : "options of volume \(name)"
        }
    }

    private func isAllowed(_ source: String) -> Bool {
        // No link that the laboratory makes leads back to where it stands.
        guard "\(source)/".hasPrefix(allowed), !"\(source)/".contains("/../") else { return false }
        return !"\(source)/".hasPrefix("\(allowed)link/")
    }
}
