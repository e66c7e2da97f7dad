/// Distributions that run Kubernetes' programs in one process.
extension HostEvidence {
    /// A program as part of another: k3s, and MicroK8s' kubelite.
    func embedded(
        _ name: ControlPlane.Name,
        in program: String,
        arguments: [String],
        process: HostProcess
    ) -> [ControlPlaneProgram] {
        switch program {
        case "k3s", "k3s-server", "k3s-agent":
            K3s(arguments, process, on: self).map { $0.programs(name, on: self) } ?? []
        case "kubelite": kubelite(name, flags: ProgramFlags(arguments), process: process)
        default: []
        }
    }

    private static let kubeliteFlags: [ControlPlane.Name: String] = [
        .apiServer: "apiserver-args-file", .kubelet: "kubelet-args-file", .scheduler: "scheduler-args-file",
        .controllerManager: "controller-manager-args-file",
    ]

    private func kubelite(_ name: ControlPlane.Name, flags: ProgramFlags, process: HostProcess) -> [ControlPlaneProgram]
    {
        guard let path = Self.kubeliteFlags[name].flatMap({ flags[$0] }) else { return [] }
        let source = ControlPlaneProgram.Source.embedded("kubelite", process: process.id)
        var found = ControlPlaneProgram(name: name, source: source, flags: ProgramFlags([]))
        found.told = .lines(path)
        switch text(path) {
        case .known(let text):
            // MicroK8s puts its folder in: the one above that of the arguments.
            let folder = HostFile.folder(of: HostFile.folder(of: path))
            let whole = text.replacing("${SNAP_DATA}", with: folder).replacing("$SNAP_DATA", with: folder)
            let lines = whole.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
            // Values stand in quotes there, as a shell would take them.
            let words = lines.flatMap { $0.split { $0.isWhitespace } }.map { $0.filter { !"\"'".contains($0) } }
            found.flags = ProgramFlags(words)
        case .absent: found.problem = "\(path) is not there"
        case .unreadable(let reason): found.problem = reason
        }
        return [found]
    }

    /// The files of arguments that MicroK8s' kubelite is told of.
    func kubeliteRequests(of process: HostProcess) -> [FileRequest] {
        guard process.arguments.first?.fileName == "kubelite" else { return [] }
        let flags = ProgramFlags(process.arguments.dropFirst())
        return Self.kubeliteFlags.values.compactMap { flags[$0] }.sorted().map { FileRequest($0, .text) }
    }
}
