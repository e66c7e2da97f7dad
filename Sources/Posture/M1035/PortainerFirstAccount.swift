internal import Sigma

extension Check {
    /// Whether Portainer can be taken over, or listened to.
    static let portainerFirstAccount = Check(
        id: "TW-M1035-044",
        title: "Portainer First-Admin Window, Or Plain Port 9000",
        mitigation: .limitAccess,
        level: .high,
        reads: "what Portainer answers at /api/users/admin/check, its arguments, and whatever leads to its port 9000",
        passes: "it has an administrator, and is reached by HTTPS alone",
        remedy: "give it an administrator at its start, and run it with --http-disabled",
        references: ["https://docs.portainer.io/advanced/cli"],
        judge: { evidence in
            evidence.applications([.portainer], "Portainer") { running in
                let portainer = Portainer(running, in: evidence)
                return [portainer.administrator, portainer.transport]
            }
        },
        fix: { evidence in
            evidence.running([.portainer]).flatMap { Portainer($0, in: evidence).fixes }
        }
    )
}

/// How open a Portainer is.
private struct Portainer {
    let running: RunningApplication
    let evidence: Evidence
    let flags: ProgramFlags

    init(_ running: RunningApplication, in evidence: Evidence) {
        self.running = running
        self.evidence = evidence
        flags = running.flags
    }

    private func result(_ outcome: CheckResult.Outcome, _ reason: String, _ words: [String] = []) -> CheckResult {
        CheckResult(outcome, subject: running.subject, reason, evidence: words)
    }

    private static let adminFlags = ["admin-password", "admin-password-file"]

    /// Whether somebody administers it: until then who comes first does.
    var administrator: CheckResult {
        let open = running.openings
        if !open.isEmpty { return result(.fail, "it \(open[0].meaning)", open.map(\.probe.words)) }
        let asked = running.answers.filter { $0.path == "/api/users/admin/check" }
        if let answer = asked.first(where: { $0.status.map { 200..<300 ~= $0 } ?? false }) {
            return result(.pass, "it has an administrator", [answer.words])
        }
        if let flag = Self.adminFlags.first(where: { flags[$0] != nil }) {
            return result(.pass, "it is given an administrator at its start", ["--\(flag)"])
        }
        return result(.unknown, "nobody could ask it whether it has an administrator yet", asked.map(\.words))
    }

    // MARK: Plain text

    private var plainPort: Int {
        let bind = flags["bind"] ?? flags["p"]
        return bind.flatMap { $0.split(separator: ":").last.flatMap { Int($0) } } ?? 9000
    }

    /// Whether something leads to the port at which it speaks plain text.
    var transport: CheckResult {
        if flags.bool("http-disabled") == true {
            return result(.pass, "it is reached by HTTPS alone", ["--http-disabled"])
        }
        let plain =
            running.workload == nil
            ? [] : running.answers.filter { $0.scheme == .http && $0.status.map { $0 < 300 } ?? false }
        switch ways {
        case .unreadable(let reason):
            return result(.unknown, "what leads to its port \(plainPort) could not be read: \(reason)")
        case .known(let ways) where !ways.isEmpty:
            // What a Service of the cluster's own leads to is reached in the cluster alone.
            let isInside = ways.allSatisfy { $0.hasPrefix("Service ") }
            return result(isInside ? .warn : .fail, "it takes passwords in clear at port \(plainPort)", ways)
        case .known where !plain.isEmpty, .absent where !plain.isEmpty:
            return result(.warn, "it takes passwords in clear", plain.map(\.words))
        case .known, .absent: return result(.pass, "nothing leads to its port \(plainPort), which is for plain text")
        }
    }

    /// What leads to the port.
    private var ways: Reading<[String]> {
        switch running.place {
        case .workload(let workload): ways(to: workload)
        case .container(let container): ways(to: container)
        case .process(let process):
            evidence.host.flatMap(\.listeners).map { listeners in
                listeners.filter { $0.processes.contains(process.id) && $0.port == plainPort && !$0.isLoopback }
                    .map { "it listens at \($0.words)" }
            }
        }
    }

    private func ways(to container: EngineContainer) -> Reading<[String]> {
        if container.isOnHostNetwork {
            return .known(["it is on its host's network, at port \(plainPort)"])
        }
        let open = container.publishedPorts.filter {
            $0.inner == plainPort && !Listener($0.address, $0.port).isLoopback
        }
        return .known(
            open.map {
                "port \($0.inner) is published at \(Listener($0.address.isEmpty ? "0.0.0.0" : $0.address, $0.port).words)"
            }
        )
    }

    private func ways(to workload: ManagementWorkload) -> Reading<[String]> {
        let meant = workload.container.ports.filter { $0.number == plainPort }
        let names = Set(meant.compactMap(\.name))
        var own = meant.compactMap { port in port.hostPort.map { "hostPort: \($0)" } }
        if workload.isOnHostNetwork { own.append("hostNetwork: true") }
        guard let cluster = evidence.cluster.value else { return .known(own) }
        let services = cluster.objects("Service")
        if case .unreadable = services, !own.isEmpty { return .known(own) }
        if case .absent = services { return .known(own) }
        return services.map { services in
            own
                + services.filter(workload.isBehind).flatMap { service in
                    (service.document.at("spec", "ports")?.elements ?? []).filter { port in
                        let target = port["targetPort"] ?? port["port"] ?? .null
                        return target.integer == Int64(plainPort) || target.text.map(names.contains) ?? false
                    }
                    .map { "\(service.words): port: \($0["port"]?.scalar ?? "")" }
                }
        }
    }

    // MARK: Fixes

    var fixes: [Fix] {
        let needsAdministrator =
            [.fail, .unknown].contains(administrator.outcome) && Self.adminFlags.allSatisfy { flags[$0] == nil }
        let isPlain = [.fail, .warn].contains(transport.outcome)
        var fixes: [Fix] = []
        if needsAdministrator || isPlain {
            if case .workload(let workload) = running.place, !workload.words.contains("-c") {
                fixes.append(fix(workload, administrator: needsAdministrator, transport: isPlain))
            } else {
                var changes = ContainerChanges()
                if isPlain { changes.addedArguments.append("--http-disabled") }
                if needsAdministrator { changes.addedArguments.append("--admin-password-file=\(Self.passwordFile)") }
                let title = "Give \(running.subject) an administrator, and TLS alone"
                // The file that it needs is not mounted into a container that is there.
                if needsAdministrator, case .container = running.place {
                    let caution =
                        "the password's file has to be there at its start; publish its port 9443, and no longer "
                        + "\(plainPort)"
                    fixes.append(running.steps(title, changes, caution: caution))
                } else {
                    let caution =
                        (needsAdministrator ? "the password's file has to be there at its start; " : "")
                        + "it answers at port 9443 from then on, and no longer at \(plainPort)"
                    let ports = [ContainerRecreation.MovedPort(from: plainPort, to: 9443)]
                    fixes.append(running.fix(title, changes, ports: ports, caution: caution))
                }
            }
        }
        return fixes
    }

    private static let secret = "portainer-admin-password"
    private static let folder = "/run/secrets/portainer-admin"
    private static let passwordFile = "\(folder)/password"

    private func fix(_ workload: ManagementWorkload, administrator: Bool, transport: Bool) -> Fix {
        var changes = ContainerChanges()
        if transport { changes.addedArguments.append("--http-disabled") }
        if administrator { changes.addedArguments.append("--admin-password-file=\(Self.passwordFile)") }
        let manifest = workload.manifest { template in
            guard administrator else { return template }
            let volume: Document = ["name": "admin-password", "secret": ["secretName": .text(Self.secret)]]
            let volumes = (template.at("spec", "volumes")?.elements ?? []) + [volume]
            return template.setting(.list(volumes), at: ["spec", "volumes"])
        } container: { container in
            var changed = changes.applied(to: container)
            if administrator {
                let mount: Document = ["name": "admin-password", "mountPath": .text(Self.folder), "readOnly": true]
                changed = changed.setting(
                    .list((changed["volumeMounts"]?.elements ?? []) + [mount]),
                    at: ["volumeMounts"]
                )
            }
            return transport ? changed.byHTTPS(insteadOf: plainPort) : changed
        }
        let secret =
            "kubectl create secret generic -n \(workload.namespace) \(Self.secret) --from-literal=password=\"$(openssl rand"
            + " -base64 24)\""
        let caution =
            "create the Secret before the rest"
            + (transport ? "; Services, Ingresses and gateways have to lead to port 9443, by HTTPS" : "")
        return Fix(
            "Give \(running.subject) an administrator, and TLS alone",
            [.manifest(manifest)],
            commands: administrator ? [secret] : [],
            caution: caution
        )
    }
}

extension Document {
    /// A container with 9443 in place of a port for plain text, also where its health is asked for.
    fileprivate func byHTTPS(insteadOf plain: Int) -> Document {
        let ports = self["ports"]?.elements ?? []
        let kept = ports.filter { $0["containerPort"]?.integer != Int64(plain) }
        let has = kept.contains { $0["containerPort"]?.integer == 9443 }
        let https: Document = ["name": "https", "containerPort": 9443, "protocol": "TCP"]
        let changed = ports.isEmpty ? self : setting(.list(kept + (has ? [] : [https])), at: ["ports"])
        return ["readinessProbe", "livenessProbe", "startupProbe"].reduce(changed) { container, name in
            guard container.at(name, "httpGet", "scheme")?.text != "HTTPS", container.at(name, "httpGet") != nil else {
                return container
            }
            return container.setting(9443, at: [name, "httpGet", "port"]).setting(
                "HTTPS",
                at: [name, "httpGet", "scheme"]
            )
        }
    }
}
