/// Where a distribution keeps the flags of a program that is part of another.
enum ToldFlags: Sendable, Equatable {
    /// A file with a flag a line: MicroK8s'.
    case lines(String)
    /// Lists in k3s' configuration: the folder of its files, the list's name, the names of the files that are there, the
    /// flags that stand above them, in its unit or its arguments, and the unit.
    case k3s(folder: String, member: String, taken: [String], above: ProgramFlags, service: String)
}

extension ControlPlaneProgram {
    /// How its flags are changed, and put in place.
    func fix(_ title: String, set: [String: String], removed: [String] = [], caution: String? = nil) -> Fix {
        Fix(title, changes(set: set, removed: removed), commands: commands, caution: caution)
    }

    /// What changes its flags.
    func changes(set: [String: String], removed: [String] = []) -> [Fix.Change] {
        if set.isEmpty, removed.isEmpty { return [] }
        guard case .k3s(let folder, let member, let taken, let above, _) = told else {
            return [.arguments(program: name.rawValue, set: set, removed: removed)]
        }
        // The last one counts, and one without a value is as none.
        let wanted = Dictionary(removed.map { ($0, "") }) { first, _ in first }.merging(set) { _, set in set }
        return wanted.sorted { $0.key < $1.key }.map { flag, value in
            let flag = String(flag.drop { $0 == "-" })
            let own = "zz-tidewaiter-\(name.rawValue)-\(flag).yaml"
            let list: Document = .object([.init("\(member)+", [.text("\(flag)=\(value)")])])
            return above[flag] == nil && taken.allSatisfy { $0 < own || $0.hasPrefix("zz-tidewaiter-") }
                ? .file(path: "\(folder)/\(own)", text: list.yaml)
                : .steps(["where k3s is told --\(member)=\(flag)=…, make it --\(member)=\(flag)=\(value)"])
        }
    }

    /// What puts changed flags in place.
    var commands: [String] {
        switch told {
        case .k3s(_, _, _, _, let service): return ["systemctl restart \(service)"]
        case .lines(let path): return ["# in \(path), one flag a line:", "snap restart microk8s.daemon-kubelite"]
        case nil: break
        }
        switch source {
        case .manifest(let path): return ["# the kubelet starts it again once \(path) is changed"]
        case .pod(_, let pod):
            return [
                "# on the node of \(pod), in /etc/kubernetes/manifests/\(name.rawValue).yaml: the kubelet starts it again"
            ]
        case .embedded(let program, _): return ["systemctl restart \(program)"]
        case .process:
            return name == .kubelet
                ? ["systemctl daemon-reload", "systemctl restart kubelet"]
                : [
                    "# in /etc/kubernetes/manifests/\(name.rawValue).yaml where it is a static pod; else in its unit:",
                    "systemctl daemon-reload && systemctl restart \(name.rawValue)",
                ]
        }
    }
}
