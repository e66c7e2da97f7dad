import Deployments
import Testing

/// Whether the record shows what other projects' examples hold: a rule can only judge what it sees.
///
/// Falco's rules on config maps, roles, bindings, services, accounts and namespaces are no deployments: the record says
/// nothing of them, and no test here asks.
@Suite(.enabled(if: Peers.isHere, "the peers' examples are not here"))
struct DeploymentsOfPeersTests {
    /// What a deployment has to show.
    enum Sight: String, Sendable {
        case privileged, hostPath, hostNetwork, hostPID, hostIPC, capabilities, exec, any, systemNamespace

        func holds(_ deployment: ContainerDeployment) -> Bool {
            switch self {
            case .privileged: deployment.security.privileged == true
            case .hostPath: !deployment.host.mounts.isEmpty
            case .hostNetwork: deployment.host.namespaces.contains(.network)
            case .hostPID: deployment.host.namespaces.contains(.pid)
            case .hostIPC: deployment.host.namespaces.contains(.ipc)
            case .capabilities: !deployment.security.capabilitiesAdded.isEmpty
            case .exec: deployment.event.action == .podExec || deployment.event.action == .podAttach
            case .systemNamespace:
                ["kube-system", "kube-public"].contains(deployment.placement.namespace)
            case .any: true
            }
        }
    }

    static let traces: [String: (shows: [Sight], hides: [Sight])] = [
        "create_nginx_pod_privileged.json": ([.privileged], [.hostNetwork]),
        "create_nginx_pod_privileged_2nd_container.json": ([.privileged], []),
        "create_nginx_pod_no_secctx_1st_container_privileged_2nd_container.json": ([.privileged], []),
        "create_nginx_pod_unprivileged.json": ([.any], [.privileged, .hostPath, .hostNetwork]),
        "create_nginx_pod_sensitive_mount.json": ([.hostPath], [.privileged]),
        "create_nginx_pod_sensitive_mount_2nd_container.json": ([.hostPath], []),
        // A kubelet reads a pod: nothing is deployed.
        "create_nginx_pod_unsensitive_mount.json": ([], [.any]),
        "create_nginx_pod_hostnetwork.json": ([.hostNetwork], [.privileged]),
        "create_nginx_pod_nohostnetwork.json": ([.any], [.hostNetwork]),
        "create_pod_kube_system_namespace.json": ([.systemNamespace], []),
        "create_pod_kube_public_namespace.json": ([.systemNamespace], []),
        "create_deployment.json": ([.any], []),
        "exec_pod.json": ([.exec], []), "attach_pod.json": ([.exec], []),
        "create_configmap.json": ([], [.any]), "create_service.json": ([], [.any]),
        "create_clusterrole.json": ([], [.any]), "create_secret.json": ([], [.any]),
        "delete_deployment.json": ([], [.any]),
    ]

    @Test(arguments: traces.keys.sorted().filter { Peers.names("detection/falco/traces").contains($0) })
    func `a trace of Falco's shows what its rules look for`(_ trace: String) throws {
        let wanted = try #require(Self.traces[trace])
        let deployments = Peers.deployments(try Peers.lines("detection/falco/traces/\(trace)"))
        for sight in wanted.shows { #expect(deployments.contains(where: sight.holds), "\(sight)") }
        for sight in wanted.hides { #expect(!deployments.contains(where: sight.holds), "\(sight)") }
    }

    /// What Falco's rules on deployments look for; its other rules are outside of the record.
    static let falcoSights: [String: Sight] = [
        "Create Privileged Pod": .privileged, "Create Sensitive Mount Pod": .hostPath,
        "Create HostNetwork Pod": .hostNetwork, "Attach/Exec Pod": .exec,
        "Pod Created in Kube Namespace": .systemNamespace, "Create Disallowed Pod": .any,
        "K8s Deployment Created": .any, "json_pointer_example": .any,
    ]

    @Test func `what Falco's 66 traced tests alert on, the record shows`() throws {
        let tests = try FalcoTest.all()
        #expect(tests.count == 66)
        var compared = 0
        for test in tests {
            let deployments = Peers.deployments(try Peers.lines("detection/falco/traces/\(test.trace)"))
            for rule in test.alerts {
                guard let sight = Self.falcoSights[rule] else { continue }
                compared += 1
                #expect(deployments.contains(where: sight.holds), "\(test.name): \(rule)")
            }
        }
        #expect(compared == 16)
    }

    @Test(arguments: Peers.names("detection/probes"))
    func `a probe shows its container with what was tried`(_ probe: String) throws {
        let deployments = Peers.deployments(try Peers.lines("detection/probes/\(probe)"))
        let sight: Sight =
            probe.contains("privileged")
            ? .privileged : probe.contains("hostpath") ? .hostPath : probe.contains("cap_") ? .capabilities : .any
        #expect(deployments.contains(where: sight.holds), "\(deployments)")
        if probe.contains("nsenter") {
            #expect(deployments.contains { $0.process.args.contains { $0.contains("nsenter") } })
        }
        if probe.contains("denied") { #expect(deployments.allSatisfy { $0.event.outcome == .failure }) }
        let places = deployments.flatMap(\.host.mounts).map(\.source.path)
        #expect(sight != .hostPath || places.allSatisfy { $0.hasPrefix("/") && !$0.contains("..") }, "\(places)")
    }

    static let sights: [String: Sight] = [
        "Kubernetes.Pod.HostPath.Volume": .hostPath, "Kubernetes.Pod.Host.Network": .hostNetwork,
        "Kubernetes.Pod.Host.PID": .hostPID, "Kubernetes.Pod.Host.IPC": .hostIPC, "Kubernetes.Pod.Exec": .exec,
        "Kubernetes.Pod.SystemNamespace": .systemNamespace, "Kubernetes.Pod.Dangerous.Capabilities": .capabilities,
        "Kubernetes.DaemonSet.Created": .any, "Kubernetes.CronJob.CreatedOrModified": .any,
    ]

    @Test func `what Panther's rules find in a pod, the record shows`() throws {
        var compared = 0
        for example in try PantherExample.all() where example.isExpected {
            guard let event = example.auditEvent else { continue }
            let deployments = Peers.deployments([event])
            if example.rule == "Kubernetes.Pod.Privileged.Created" {
                // Panther counts root as privileged, and "not non-root", which says nothing: the image decides.
                if event.contains("runAsNonRoot") { continue }
                let holds = deployments.contains { $0.security.privileged == true || $0.security.runAsUser == "0" }
                #expect(holds, "\(example.test): \(event)")
            } else if let sight = Self.sights[example.rule] {
                #expect(deployments.contains(where: sight.holds), "\(example.rule) \(example.test): \(event)")
            } else {
                continue
            }
            compared += 1
        }
        #expect(compared >= 8)
    }
}
