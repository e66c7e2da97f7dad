internal import Sigma

extension Check {
    /// Whether containers reach management applications over the default bridge.
    static let sharedBridge = Check(
        id: "TW-M1030-015",
        title: "Containers Talk On The Default Bridge",
        mitigation: .segmentation,
        level: .low,
        reads: "the option com.docker.network.bridge.enable_icc of network bridge, and who is in it",
        passes: "it is \"false\", or no management application is in that network",
        remedy: "set \"icc\": false, and give containers that belong together a network of their own",
        references: ["CIS Docker 2.2", "https://docs.docker.com/engine/network/drivers/bridge/"],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                host.docker.results(of: "Docker engines") { docker in [bridge(of: docker)] }
            }
        },
        fix: { evidence in
            evidence.dockerFixes(setting: ["icc": false]) { settings, name in settings.bool(name)?.value != false }
        }
    )

    private static let option = "com.docker.network.bridge.enable_icc"

    private static func bridge(of docker: DockerEvidence) -> CheckResult {
        guard case .known(let networks) = docker.networks else {
            return CheckResult(.unknown, subject: "bridge", "the engine's networks were not collected")
        }
        let bridge =
            networks.first { $0["Name"]?.text == "bridge" }
            ?? networks.first { $0.at("Options", "com.docker.network.bridge.default_bridge")?.text == "true" }
        guard let bridge else {
            return CheckResult(.notApplicable, subject: "bridge", "the engine has no default bridge")
        }
        let said = bridge.at("Options", option)?.text
        let quoted = ["\(option): \(said ?? "not set, which is true")"]
        if said == "false" {
            return CheckResult(.pass, subject: "bridge", "containers do not reach each other over it", evidence: quoted)
        }
        guard case .known(let containers) = docker.engineContainers else {
            return CheckResult(.unknown, subject: "bridge", "who is in it was not collected", evidence: quoted)
        }
        let names = containers.compactMap { container -> String? in
            guard let application = container.application else { return nil }
            let networks = container.networks.map(\.name)
            let isInBridge = networks.isEmpty && ["default", "bridge"].contains(container.networkMode)
            guard networks.contains("bridge") || isInBridge else { return nil }
            return "\(application.name.rawValue) (container \(container.name))"
        }
        return names.isEmpty
            ? CheckResult(.pass, subject: "bridge", "no management application is in it", evidence: quoted)
            : CheckResult(
                .fail,
                subject: "bridge",
                "any container of it reaches \(names.joined(separator: ", "))",
                evidence: quoted
            )
    }
}
