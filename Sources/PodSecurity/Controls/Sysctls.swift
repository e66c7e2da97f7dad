internal import Dialects

extension PodSecurityControl {
    /// Kernel parameters that a pod sets are those that stay within it.
    static let sysctls = PodSecurityControl(
        id: "sysctls",
        level: .baseline,
        demand: "A pod sets no kernel parameters but those that are known to stay within it.",
        remedy: "remove the parameters from securityContext.sysctls",
        revisions: safeSysctls.indices.map { index in
            let allowed = Set(safeSysctls[...index].flatMap(\.names))
            return Revision(since: safeSysctls[index].since) { pod in checkSysctls(pod, allowing: allowed) }
        }
    )

    /// What each version added.
    private static let safeSysctls: [(since: Int, names: [String])] = [
        (
            0,
            [
                "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies",
                "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start",
            ]
        ),
        (27, ["net.ipv4.ip_local_reserved_ports"]),
        (
            29,
            [
                "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
                "net.ipv4.tcp_keepalive_probes",
            ]
        ),
        (32, ["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"]),
    ]

    private static func checkSysctls(_ pod: Pod, allowing allowed: Set<String>) -> Objection? {
        let bad = pod.securityContext.sysctls.filter { !allowed.contains($0.value) }
        guard !bad.isEmpty else { return nil }
        return Objection(
            "forbidden sysctls",
            bad.map(\.value).joined(separator: ", "),
            at: bad.map { FieldPlace($0.path, $0.value) }
        )
    }
}
