/// What the checks of the control plane look at, for whoever collects.
package enum ControlPlaneRequests {
    /// Known beforehand.
    package static let fixed: [FileRequest] =
        ControlPlane.manifestFolders.flatMap { [FileRequest($0), FileRequest("\($0)/*", .text)] } + [
            FileRequest("/var/lib/kubelet/config.yaml", .text), FileRequest("/etc/kubernetes/kubelet.conf.d"),
            FileRequest("/etc/kubernetes/kubelet.conf.d/*.conf", .text), FileRequest(K3s.configuration, .text),
            FileRequest("\(K3s.configuration).d"), FileRequest("\(K3s.configuration).d/*.yaml", .text),
            FileRequest("/etc/systemd/system/k3s.service", .text),
            FileRequest("/etc/systemd/system/k3s-agent.service", .text),
            FileRequest("/var/snap/microk8s/current/args/*", .text),
        ]

    /// Flags that name files whose text checks read.
    private static let textFlags = [
        "authentication-config", "authorization-config", "config", "config-file", "kubeconfig",
    ]

    /// Flags that name certificates whose facts checks read; keys never.
    private static let certificateFlags = ["tls-cert-file", "client-ca-file", "cert-file", "trusted-ca-file"]

    /// Known once processes are, and more of it once their configurations are: k3s and MicroK8s tell their parts by files.
    ///
    /// A path is the program's own: where it is not there on the host, it is to be read where ``processes(naming:of:)`` see it,
    /// and kept by the path that names it.
    package static func more(of host: HostEvidence) -> [FileRequest] {
        let processes = host.processes.value ?? []
        let programs = ControlPlane.Name.allCases.flatMap { host.programs($0).value ?? [] }
        let embedded = processes.flatMap { K3s.requests(of: $0) + host.kubeliteRequests(of: $0) }
        let kubeconfigs = processes.flatMap(\.namedKubeconfigs).map { FileRequest($0, .text) }
        var seen: Set<FileRequest> = []
        return (programs.flatMap(files(of:)) + embedded + host.k3sFolderRequests + kubeconfigs).filter {
            $0.path.hasPrefix("/") && seen.insert($0).inserted
        }
    }

    /// The files that a program's flags and variables name.
    private static func files(of program: ControlPlaneProgram) -> [FileRequest] {
        var paths = textFlags.compactMap { program.flags[$0] }
        if let path = program.environment["ETCD_CONFIG_FILE"] { paths.append(path) }
        var requests = paths.map { FileRequest($0, .text) }
        requests += certificateFlags.compactMap { program.flags[$0] }.map { FileRequest($0, .certificates) }
        guard let folder = program.flags["config-dir"] else { return requests }
        return requests + [FileRequest(folder), FileRequest("\(folder)/*.conf", .text)]
    }

    /// Whether checks read a variable of processes' environments.
    package static func isCollected(variable: String) -> Bool {
        ["KUBECONFIG", "K3S_CONFIG_FILE"].contains(variable) || variable.hasPrefix("ETCD_")
            || variable.hasPrefix("NOMAD_")
    }

    /// The processes of a control plane that see a file where a container has it, if it is not on the host.
    package static func processes(naming path: String, of host: HostEvidence) -> [HostProcess] {
        (host.processes.value ?? []).filter { process in
            switch process.programName {
            // What k3s reads is told by files as well as by arguments.
            case "k3s", "k3s-server", "k3s-agent": K3s.isOwn(path, of: process) || process.names(path)
            case "rke2", "hyperkube", "kubelite": process.names(path)
            case let program: ControlPlane.Name(rawValue: program) != nil && process.names(path)
            }
        }
    }

    /// What to ask without credentials and without a certificate, at every address where something listens at these ports;
    /// `http` at ports of TLS as well.
    package static let probes: [(ports: [Int], scheme: Probe.Scheme, method: String, path: String)] = [
        (apiPorts, .https, "GET", "/version"), (apiPorts, .https, "GET", "/livez"),
        (apiPorts, .https, "GET", "/api"), (apiPorts, .https, "GET", "/api/v1/namespaces/default/pods"),
        (apiPorts + [8080, 8001], .http, "GET", "/version"), ([8080, 8001], .http, "GET", "/api"),
        ([10250], .https, "GET", "/pods"), ([10255], .http, "GET", "/pods"),
        ([2379], .http, "GET", "/version"), ([2379], .https, "GET", "/version"),
        ([2379], .http, "POST", keyRange), ([2379], .https, "POST", keyRange),
    ]

    /// Upstream's, MicroK8s', and what is usual behind balancers.
    private static let apiPorts = [6443, 16443, 443]
    private static let keyRange = "/v3/kv/range"

    /// What is sent with a question, as JSON.
    ///
    /// Of an etcd that it has any key at all: keys only, one at most, and no value is ever read.
    package static func body(of probe: Probe) -> String? {
        probe.path == keyRange ? #"{"key":"AA==","range_end":"AA==","keys_only":true,"limit":1}"# : nil
    }
}

extension HostProcess {
    /// The file's name of what runs: `k3s` of `/usr/local/bin/k3s server`, in which k3s writes both.
    fileprivate var programName: String {
        guard let first = arguments.first else { return name }
        return (first.split(separator: " ").first.map(String.init) ?? first).fileName
    }

    fileprivate func names(_ path: String) -> Bool { arguments.contains { $0 == path || $0.hasSuffix("=\(path)") } }

    /// The kubeconfigs that it is told of, by flag or variable.
    var namedKubeconfigs: [String] {
        ProgramFlags(arguments.dropFirst()).all("kubeconfig")
            + (environment?["KUBECONFIG"]?.split(separator: ":").map(String.init) ?? [])
    }
}
