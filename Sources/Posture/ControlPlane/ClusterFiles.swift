/// The files of a cluster that a host has, by what its programs are told and by where distributions have them.
struct ClusterFiles: Sendable {
    /// Each path once, those first that a program names.
    private(set) var files: [ClusterFile] = []
    /// Why what a program is told is not known wholly, which may name more.
    private(set) var problems: [CheckResult] = []
    /// Root, and accounts of the system's own that programs of the cluster run as: what is in their places may be theirs.
    private(set) var users: Set<UInt32> = [0]

    /// Distributions run their programs as users of these names, which are nobody's.
    private static let userNames: Set = ["etcd", "kube-apiserver", "kube-scheduler", "konnectivity-server"]

    init(on host: HostEvidence) {
        var evidence = Evidence()
        evidence.host = .known(host)
        users.formUnion((host.users.value ?? []).filter { Self.userNames.contains($0.name) }.map(\.id))
        for name in ControlPlane.Name.allCases {
            switch host.programs(name) {
            case .known(let programs):
                for program in programs { add(program, on: host, in: evidence) }
            case .unreadable(let reason):
                let words = "whether a \(name.rawValue) runs could not be read: \(reason)"
                problems.append(CheckResult(.unknown, subject: "", words))
            case .absent: break
            }
        }
        let places = Self.roots(on: host).flatMap { host.files(below: $0) }.filter { $0.kind == .regular }
        files += places.compactMap { file in
            ClusterPlaces.kind(of: file.path).map { ClusterFile(path: file.path, kind: $0) }
        }
        files += Self.dataFolders(on: host).map { ClusterFile(path: $0, kind: .data) }
        var seen: Set<String> = []
        files = files.filter { seen.insert($0.path).inserted }
    }

    private mutating func add(_ program: ControlPlaneProgram, on host: HostEvidence, in evidence: Evidence) {
        let user = host.processes.value?.first { $0.id == program.process }?.user ?? 0
        // Anybody may run what is called like one of them, and name it these files.
        if user < 1000 { users.insert(user) }
        let named = NamedClusterFiles(program, in: evidence)
        let reasons =
            [program.problem, named.problem].compactMap { $0 }
            + named.paths.filter { !$0.hasPrefix("/") }.map { "the folder that '\($0)' is in is not known" }
        problems += reasons.map { CheckResult(.unknown, subject: program.subject, $0) }
        func add(_ paths: [String], _ kind: ClusterFile.Kind, isNamed: Bool = true) {
            files += paths.filter { $0.hasPrefix("/") }.map {
                ClusterFile(path: $0, kind: kind, program: program.subject, user: user, isNamed: isNamed)
            }
        }
        add(named.keys, .key)
        add(named.trusted, .trust)
        add(named.trusted.flatMap(Self.keys), .key, isNamed: false)
        add(named.folders, .data)
    }

    /// What the key of an authority's certificate is called, where it is beside it.
    private static func keys(beside path: String) -> [String] {
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return [] }
        return ["\(path[..<dot]).key", "\(path[..<dot])-key.pem"].filter { $0 != path }
    }

    // MARK: Places

    /// The folders that keys are looked for in.
    static func roots(on host: HostEvidence) -> [String] {
        let ofK3s = host.k3s.flatMap { k3s in ["server/tls", "agent"].map { "\(k3s.dataFolder)/\($0)" } }
        return ClusterPlaces.roots + ofK3s + certificateFolders(on: host)
    }

    /// Those that programs are told to write their own certificates to.
    private static func certificateFolders(on host: HostEvidence) -> [String] {
        [ControlPlane.Name.kubelet, .apiServer].flatMap { host.programs($0).value ?? [] }
            .compactMap { $0.flags["cert-dir"] }.filter { $0.hasPrefix("/") }
    }

    static func dataFolders(on host: HostEvidence) -> [String] {
        ClusterPlaces.dataFolders + host.k3s.map { "\($0.dataFolder)/server/db" }
    }

    /// What whoever collects has to look for: what programs name, and the folders above it; of no file what is in it.
    static func requests(of host: HostEvidence) -> [FileRequest] {
        let files = ClusterFiles(on: host).files
        var paths = files.map(\.path) + files.filter { $0.kind == .data }.map { "\($0.path)/member" }
        paths += host.k3s.flatMap { ClusterPlaces.patterns(below: $0.dataFolder) }
        paths += certificateFolders(on: host).flatMap { folder in [folder, "\(folder)/*.key", "\(folder)/*.pem"] }
        return FileRequest.facts(of: paths)
    }
}
