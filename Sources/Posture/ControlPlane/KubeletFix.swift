extension KubeletSettings {
    /// What gives a setting another value: the file that says it now, as a whole with its other settings kept; a flag that
    /// stands above it is taken away.
    func fix(_ title: String, _ setting: Setting, to value: Document, caution: String? = nil) -> Fix {
        let removed = program.flags[setting.rawValue] == nil ? [] : ["--\(setting.rawValue)"]
        let unsetting = removed.isEmpty ? [] : [arguments(set: [:], removed: removed)]
        if let folder = overlayFolder, overlays.contains(where: { $0.document.at(setting.path) != nil }) {
            let path = "\(folder)/\(lastName)"
            let earlier = overlays.first { $0.path == path }?.document ?? Self.emptyConfiguration
            return made(
                title,
                [.file(path: path, text: earlier.setting(value, at: setting.path).yaml)] + unsetting,
                caution
            )
        }
        if let file {
            let whole = file.document.setting(value, at: setting.path)
            let isJSON = file.text.first { !$0.isWhitespace } == "{"
            let text = isJSON ? whole.json + "\n" : whole.yaml
            return made(title, [.file(path: file.path, text: text)] + unsetting, caution)
        }
        return made(title, [arguments(set: ["--\(setting.rawValue)": value.scalar ?? ""], removed: [])], caution)
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

    private func arguments(set: [String: String], removed: [String]) -> Fix.Change {
        .arguments(program: program.name.rawValue, set: set, removed: removed)
    }

    private func made(_ title: String, _ changes: [Fix.Change], _ caution: String?) -> Fix {
        Fix(title, changes, commands: program.commands, caution: caution)
    }
}
