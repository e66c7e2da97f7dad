internal import Dialects

/// Holds a build's parameters against a profile, as Podman takes them: on its own route and on Docker's.
///
/// Podman's are many, and take names in any case; those that are not known to be harmless are refused (Podman
/// `pkg/api/handlers/compat/images_build.go`).
enum PodmanBuild {
    /// Parameters that say what is built, how it is named and how much it may use.
    private static let harmless: Set<String> = [
        "allplatforms", "annotations", "buildargs", "cachefrom", "cachettl", "compatvolumes", "compression", "cppflags",
        "cpuperiod", "cpuquota", "cpusetcpus", "cpusetmems", "cpushares", "createdannotation", "dnsoptions",
        "dnssearch", "dnsservers", "dockerfile", "dropcaps", "excludes", "extrahosts", "forcerm", "from", "groupadd",
        "httpproxy", "idmappingoptions", "identitylabel", "ignore", "inheritannotations", "inheritlabels", "jobs",
        "labels", "layerlabel", "layers", "manifest", "memory", "memswap", "nocache", "nohosts", "omithistory",
        "osfeature", "osversion", "output", "outputformat", "platform", "pull", "pullpolicy", "q", "retry",
        "retry-delay", "retrydelay", "rewritetimestamp", "rm", "rusage", "setenv", "shmsize", "skipunusedstages",
        "sourcedateepoch", "squash", "t", "target", "timestamp", "ulimits", "unsetannotation", "unsetenv",
        "unsetlabel", "usernsmode", "version", "buildid", "session",
    ]
    /// Those that the check of Docker's builds speaks of.
    private static let spokenOf: Set<String> = [
        "cgroupparent", "isolation", "networkmode", "outputs", "remote", "securityopt",
    ]

    static func check(_ query: [QueryItem], isLibpod: Bool, _ objections: inout Objections) {
        for item in query {
            let name = item.name.lowercased()
            guard !item.value.isEmpty, !harmless.contains(name), !isHarmless(name, item.value) else { continue }
            if !isLibpod, spokenOf.contains(item.name) { continue }
            objections.object(
                .buildOptions,
                name,
                at: "query \(item.name)",
                "'\(name)' is '\(item.value.prefix(64))', which may lead out of the build"
            )
        }
    }

    private static func isHarmless(_ name: String, _ value: String) -> Bool {
        switch name {
        case "networkmode": ["0", "1", "2", "default", "none", "bridge", "private", "sandbox"].contains(value)
        case "isolation": ["0", "1", "default", "oci"].contains(value)
        case "seccomp": value == "/usr/share/containers/seccomp.json" || value == "/etc/containers/seccomp.json"
        case "tlsverify": value == "1" || value.lowercased() == "true"
        case "registry": false
        case "nsoptions": areHarmless(namespaces: value)
        case "addcaps", "devices", "labelopts", "secrets", "securityopt", "volume", "additionalbuildcontexts":
            value == "[]" || value == "null" || value == "{}"
        default: false
        }
    }

    /// No host namespace but the user's, which is the default.
    private static func areHarmless(namespaces text: String) -> Bool {
        guard let value = try? CanonicalBody.read(answer: Array(text.utf8)) else { return false }
        if case .null = value { return true }
        guard case .array(let options) = value else { return false }
        return options.allSatisfy { option in
            option.members.allSatisfy { member in
                switch member.name {
                case "Name": member.value.string != nil
                case "Host": member.value.bool == false || option["Name"]?.string == "user"
                case "Path": member.value.string == ""
                default: false
                }
            }
        }
    }
}
