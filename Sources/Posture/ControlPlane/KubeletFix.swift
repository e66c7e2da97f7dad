extension KubeletSettings {
    /// What gives a setting its good value: the file that says it now, as a whole with its other settings kept; a flag that
    /// stands above it is taken away.
    ///
    /// Other settings that are not good get their values with it: each fix that writes a file writes the same one, so that
    /// none takes back what another does.
    func fix(_ title: String, _ setting: Setting) -> Fix {
        let settings = Setting.allCases.filter { $0 == setting || isBad($0) }.compactMap { one in
            one.goodValue(isK3s: isK3s).map { (setting: one, value: $0) }
        }
        let cautions = settings.compactMap(\.setting.caution)
        let caution = cautions.isEmpty ? nil : cautions.joined(separator: " ")
        guard !isToldByFlags else {
            let flags = settings.map { ("--\($0.setting.rawValue)", $0.value.scalar ?? "") }
            return made(title, program.changes(set: Dictionary(flags) { first, _ in first }), caution)
        }
        let isAbove = { (one: Setting) in self.overlays.contains { $0.document.at(one.path) != nil } }
        var changes: [Fix.Change] = []
        if let folder = overlayFolder, file == nil || settings.contains(where: { isAbove($0.setting) }) {
            let path = "\(folder)/\(lastName)"
            let earlier = overlays.first { $0.path == path }?.document ?? Self.emptyConfiguration
            changes.append(.file(path: path, text: Self.merged(settings, into: earlier).yaml))
        } else if let file {
            let whole = Self.merged(settings, into: file.document)
            let isJSON = file.text.first { !$0.isWhitespace } == "{"
            changes.append(.file(path: file.path, text: isJSON ? whole.json + "\n" : whole.yaml))
        }
        let flags = settings.map(\.setting.rawValue).filter { program.flags[$0] != nil }.map { "--\($0)" }
        return made(title, changes + program.changes(set: [:], removed: flags), caution)
    }

    /// Whether there is no file to write: its flags alone say what it goes by, or stand above whatever its files say.
    private var isToldByFlags: Bool { isK3s || file == nil && overlayFolder == nil }

    private var isK3s: Bool { if case .k3s = program.told { true } else { false } }

    private func isBad(_ setting: Setting) -> Bool { value(setting).map { !setting.isGood($0.value) } ?? false }

    private static func merged(_ settings: [(setting: Setting, value: Document)], into document: Document) -> Document {
        settings.reduce(document) { $0.setting($1.value, at: $1.setting.path) }
    }

    /// A name that comes after all that are there.
    private var lastName: String {
        let own = "99-tidewaiter.conf"
        let names = overlays.map(\.path.fileName).filter { $0 != own }
        return names.allSatisfy { $0 < own } ? own : "zz-tidewaiter.conf"
    }

    private static let emptyConfiguration: Document = [
        "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
    ]

    private func made(_ title: String, _ changes: [Fix.Change], _ caution: String?) -> Fix {
        Fix(title, changes, commands: program.commands, caution: caution)
    }
}

extension KubeletSettings.Setting {
    /// Whether a kubelet with this value is as it should be.
    func isGood(_ value: String) -> Bool {
        switch self {
        case .anonymous: ProgramFlags.bool(value) == false
        case .authorization: value == "Webhook"
        case .readOnlyPort: value == "0"
        case .clientAuthority: !value.isEmpty
        case .port: true
        case .tlsMinimum: !OutdatedTLS.flagValues.contains(value)
        }
    }

    /// What it is to be; nil where all are as good.
    ///
    /// Paths are kubeadm's, or k3s'.
    fileprivate func goodValue(isK3s: Bool) -> Document? {
        switch self {
        case .anonymous: false
        case .authorization: "Webhook"
        case .readOnlyPort: 0
        case .clientAuthority: isK3s ? "/var/lib/rancher/k3s/agent/client-ca.crt" : "/etc/kubernetes/pki/ca.crt"
        case .port: nil
        case .tlsMinimum: "VersionTLS12"
        }
    }

    /// What breaks with that, and for whom.
    fileprivate var caution: String? {
        switch self {
        case .readOnlyPort:
            "What reads metrics at the read-only port has to ask at 10250, with a service account that may get nodes/metrics."
        case .clientAuthority:
            "The authority's path is the installer's: where the cluster's authority is elsewhere, name its file."
        case .anonymous, .authorization, .port, .tlsMinimum: nil
        }
    }
}
