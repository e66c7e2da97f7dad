extension DockerPlan {
    /// What dockerd is to be told that every check of what it is told passes: one plan for all of them, as each file can be
    /// written once, and the fix of one check must not take back what that of another wrote.
    ///
    /// Where keys are configured TLS was meant, and is made to take effect; where TLS is spoken without, keys are made;
    /// TCP goes otherwise.
    static func repairing(_ evidence: Evidence) -> DockerPlan? {
        let evidence = evidence.ofHostsNetwork
        guard let host = evidence.host.value, var plan = DockerPlan(host) else { return nil }
        func fails(_ check: Check) -> Bool {
            check.results(on: evidence).contains { $0.outcome == .fail || $0.outcome == .warn }
        }
        plan.dropConflictingFlags()
        let isPlain = fails(.dockerWithoutTLS)
        let isPlainOnLoopback = fails(.plainDockerOnLoopback)
        let isUnverified = fails(.dockerClientCertificates)
        if plan.hasKeys {
            if isPlain || isPlainOnLoopback || isUnverified || fails(.tlsWithoutEffect) { plan.verifyClients() }
        } else {
            if isPlain {
                plan.dropHosts { $0.port != nil }
            } else if isPlainOnLoopback {
                plan.dropHosts { $0.port != nil && $0.isLoopback }
            }
            // Where nothing listens on TCP, nobody needs keys.
            let isWithout = Check.tlsWithoutEffect.results(on: evidence).contains { $0.outcome == .fail }
            if plan.speaksTLS, isUnverified || isWithout { plan.takeOwnKeys() }
        }
        if fails(.dockerClientAuthority) { plan.takeOwnKeys() }
        if fails(.dockerCORS) { plan.drop("api-cors-header", "api-enable-cors") }
        plan.dropWideGroup()
        if let settings = host.settingsToFix {
            if fails(.unfilteredEngine) {
                for name in ["iptables", "ip6tables"] where settings.bool(name)?.value == false {
                    plan.set(name, to: true)
                }
            }
            if fails(.sharedBridge), settings.bool("icc")?.value != false { plan.set("icc", to: false) }
        }
        return plan
    }
}
